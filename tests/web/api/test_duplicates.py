"""Programs merge customers over REST, as a person told them to, and part them again."""

from collections.abc import Callable
from datetime import timedelta

from cpm.commands import duplicates
from cpm.model import Customer
from tests.clock import FakeClock
from tests.web.api.conftest import Call
from tests.world import World

Api = Callable[..., Call]
MARA = {"first_name": "Mara", "last_name": "Beispiel", "email": "mara@example.org"}
SAME = {"first_name": "M.", "last_name": "Beispiel", "email": "mara@firm.test"}

PLACE = {"street": "Domplatz 1", "postcode": "50667", "city": "Köln"}


def test_a_pair_is_found_compared_merged_and_parted(api: Api, firm: World):
    call, (one, other) = api("anna"), _two(api, firm)
    (pair,) = call("GET", "/duplicates").json["items"]
    assert ({pair["one_id"], pair["other_id"]}, pair["state"]) == ({one, other}, "open")
    assert call("GET", "/duplicates?reason=vat").json["total"] == 0
    shown = call("GET", f"/customers/{one}/merge/{other}").json
    assert [field["key"] for field in shown["fields"] if field["differs"]] == ["first_name"]
    merged = call(
        "POST",
        f"/customers/{one}/merge",
        json={"merged_id": other, "chosen": {"first_name": "merged"}, "seen": shown["seen"]},
    )
    assert (merged.status_code, merged.json["refusal"]) == (201, None), merged.json
    assert call("GET", f"/customers/{one}").json["first_name"] == "M."
    assert call("GET", f"/customers/{other}").json["merged_into_id"] == one
    path = f"/customer-merges/{merged.json['id']}"
    assert call("GET", path).json["fields"] == ["first_name"]
    assert call("POST", f"{path}/undo").json["undone_by"] == "anna"
    assert call("GET", f"/customers/{one}").json["first_name"] == "Mara"
    assert call("POST", f"{path}/undo").status_code == 409
    assert [each["undone_by"] for each in call("GET", f"/customers/{other}/merges").json["items"]] == ["anna"]


def test_what_was_not_seen_so_is_not_merged(api: Api, firm: World):
    call, (one, other) = api("anna"), _two(api, firm)
    seen = call("GET", f"/customers/{one}/merge/{other}").json["seen"]
    call("PATCH", f"/customers/{other}", json={"title": "Dr."})
    given = {"merged_id": other, "seen": seen}
    assert call("POST", f"/customers/{one}/merge", json=given).status_code == 409
    assert call("POST", f"/customers/{one}/merge", json={"merged_id": other}).status_code == 422


def test_two_are_told_apart_and_an_old_merge_stays(api: Api, firm: World, clock: FakeClock):
    call, (one, other) = api("anna"), _two(api, firm)
    (pair,) = call("GET", "/duplicates").json["items"]
    assert call("POST", f"/duplicates/{pair['id']}/different").json["state"] == "different"
    assert call("GET", "/duplicates").json["items"] == []
    seen = call("GET", f"/customers/{one}/merge/{other}").json["seen"]
    merge = call("POST", f"/customers/{one}/merge", json={"merged_id": other, "seen": seen}).json["id"]
    assert call("POST", f"/duplicates/{pair['id']}/different").status_code == 409
    assert call("GET", f"/customers/{one}/merge/{other}").status_code == 409
    clock.advance(timedelta(days=31))
    call = api("anna")
    assert "within 30 days" in call("GET", f"/customer-merges/{merge}").json["merge"]["refusal"]
    assert call("POST", f"/customer-merges/{merge}/undo").status_code == 409


def test_who_sees_no_customers_or_has_no_role_for_it_merges_none(api: Api, firm: World):
    one, other = _two(api, firm)
    shown = api("anna")("GET", f"/customers/{one}/merge/{other}").json
    given = {"merged_id": other, "seen": shown["seen"]}
    assert api("dora")("POST", f"/customers/{one}/merge", json=given).status_code == 403
    assert api("ina")("POST", f"/customers/{one}/merge", json=given).status_code == 403
    assert api("anna", "customers:read")("POST", f"/customers/{one}/merge", json=given).status_code == 403
    with firm.engine.read() as look:
        assert look.get(Customer, other).merged_into_id is None


def _two(api: Api, firm: World) -> tuple[int, int]:
    call = api("anna")
    one, other = (call("POST", "/customers", json=given).json["id"] for given in (MARA, SAME))
    for each in (one, other):
        call("POST", f"/customers/{each}/postal-addresses", json=PLACE)
    with firm.engine.begin("cpm") as uow:
        duplicates.scan(uow)
    return one, other
