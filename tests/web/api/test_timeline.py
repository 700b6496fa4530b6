"""The timeline over REST."""

from collections.abc import Callable

from tests.web.api.conftest import Call
from tests.world import World, mail

Api = Callable[..., Call]


def test_pages_follow_each_other_and_are_narrowed(firm: World, api: Api):
    firm.receive(mail(text="Der Kessel hat einen Riss."))
    firm.receive(mail(subject="Rechnung", message_id="<2@example.org>", text="Die Rechnung ist falsch."))
    call = api("ina")
    first = call("GET", "/customers/1/timeline?size=3").json
    rest = call("GET", f"/customers/1/timeline?size=3&before={first['older']}").json
    assert len(first["entries"]) == 3
    assert (len(rest["entries"]), rest["older"]) == (1, "")
    found = call("GET", "/customers/1/timeline?words=rechn&kind=message").json["entries"]
    assert [(entry["subject"], entry["channel"]) for entry in found] == [("Rechnung", "email")]
    case = found[0]["case"]
    assert len(call("GET", f"/customers/1/timeline?case={case}").json["entries"]) == 2
    assert call("GET", "/customers/1/timeline?before=x").status_code == 422
    assert call("GET", "/customers/1/timeline?kind=x").status_code == 422
    assert call("GET", "/customers/9/timeline").status_code == 404
