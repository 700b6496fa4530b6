"""How it stands with the ERPs, over REST: figures for who watches, and nothing for anybody else."""

from collections.abc import Callable

from cpm.commands import erp_errands
from cpm.model import Errand
from tests.web.api.conftest import Call
from tests.world import World

Api = Callable[..., Call]


def test_an_operators_program_sees_how_far_behind_we_are(firm: World, api: Api):
    with firm.engine.begin("worker") as uow:
        turn = erp_errands.lease(uow, "demo", Errand.FEED, "cpm test")
        assert turn is not None
        erp_errands.succeeded(uow, turn, {"changes": 2}, due_at=uow.now)
    answer = api("otto", "metrics:read")("GET", "/erp")
    assert answer.status_code == 200, answer.json
    (system,) = answer.json["systems"]
    assert (system["system"], system["main"], system["lag"], system["findings"]) == ("demo", True, 0, 0)
    feed, catalogue, *others = system["errands"]
    assert (feed["errand"], feed["condition"], feed["result"]) == ("feed", "ok", {"changes": 2})
    assert {each["errand"] for each in others} == {"reconciliation", "dunning"}
    assert (catalogue["condition"], catalogue["succeeded"]) == ("new", None)


def test_nobody_else_does(api: Api):
    assert api("anna")("GET", "/erp").status_code == 403
    assert api(None)("GET", "/erp").status_code == 401
