"""Customers over REST."""

from collections.abc import Callable

from tests.web.api.conftest import Call

Api = Callable[..., Call]
MARA = {"first_name": "Mara", "last_name": "Beispiel", "gender_address": "Frau", "email": "mara@example.org"}


def test_a_customer_is_made_found_changed_and_gets_a_number(api: Api):
    call = api("ina")
    made = call("POST", "/customers", json=MARA)
    assert made.status_code == 201, made.json
    path = f"/customers/{made.json['id']}"
    for sought in ("beispiel", "mara@example.org"):
        assert [hit["id"] for hit in call("GET", f"/customers?sought={sought}").json["items"]] == [
            made.json["id"]
        ]
    changed = call("PUT", path, json={"last_name": "Muster", "language": "en"})
    assert (changed.json["name"], changed.json["gender_address"]) == ("Muster", "unknown")
    number = call("POST", f"{path}/identifiers", json={"kind": "phone", "value": "0211 5550100"})
    assert (number.status_code, number.json["value"]) == (201, "+492115550100")
    where = f"{path}/identifiers/{number.json['id']}"
    dead = call("PUT", f"{where}/unreachable", json={"why": "Kein Anschluss"})
    assert (dead.status_code, dead.json["unreachable_why"]) == (200, "Kein Anschluss")
    assert call("PUT", f"{where}/unreachable", json={"why": ""}).status_code == 422
    assert call("DELETE", f"{where}/unreachable").status_code == 204
    assert call("GET", path).json["addresses"][1]["unreachable_at"] is None
    gone = call("DELETE", where)
    assert (gone.status_code, gone.data) == (204, b"")
    assert [one["kind"] for one in call("GET", path).json["addresses"]] == ["email"]


def test_an_address_of_somebody_else_is_a_conflict(api: Api):
    call = api("ina")
    call("POST", "/customers", json=MARA)
    other = call("POST", "/customers", json={"last_name": "Muster"}).json["id"]
    assert call("POST", "/customers", json=MARA).status_code == 409
    taken = {"kind": "email", "value": "mara@example.org"}
    assert call("POST", f"/customers/{other}/identifiers", json=taken).status_code == 409


def test_what_is_no_number_or_lacks_a_name_is_refused_by_field(api: Api):
    call = api("ina")
    refused = call("POST", "/customers", json={"last_name": "Muster", "phone": "many"})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "phone")
    assert call("POST", "/customers", json={}).json["errors"][0]["field"] == "last_name"


def test_who_sees_no_cases_sees_no_customers(api: Api):
    made = api("ina")("POST", "/customers", json=MARA).json["id"]
    assert api("dora")("GET", f"/customers/{made}").status_code == 403
    assert api("ina")("GET", "/customers/987654").status_code == 404


def test_all_parts_of_a_customer_are_put_and_read(api: Api):
    call = api("ina")
    company = call("POST", "/customers", json={"kind": "company", "company_name": "Sun"}).json["id"]
    mara = call("POST", "/customers", json=MARA).json["id"]
    place = {"street": "Ring 1", "postcode": "1010", "city": "Wien", "country": "AT"}
    kept = call("POST", f"/customers/{company}/postal-addresses", json=place)
    assert (kept.status_code, kept.json["country"]) == (201, "AT")
    place_at = f"/customers/{company}/postal-addresses/{kept.json['id']}"
    came_back = call("PUT", f"{place_at}/unreachable", json={"why": "Unbekannt verzogen"})
    assert (came_back.status_code, came_back.json["unreachable_why"]) == (200, "Unbekannt verzogen")
    assert (
        call(
            "PUT", f"/customers/{mara}/postal-addresses/{kept.json['id']}/unreachable", json={"why": "x"}
        ).status_code
        == 409
    )
    assert call("DELETE", f"{place_at}/unreachable").status_code == 204
    assert call("GET", f"/customers/{company}").json["postal_addresses"][0]["unreachable_at"] is None
    told = call("PUT", f"/customers/{company}/contacts/{mara}", json={"function": "Einkauf"}).json
    assert [(one["customer_id"], one["mailing"]) for one in told["contacts"]] == [(mara, True)]
    word = {"channel": "email", "purpose": "advertising", "given": True, "source": "fair"}
    assert call("POST", f"/customers/{mara}/consents", json=word).status_code == 201
    assert call("POST", f"/customers/{mara}/consents", json={**word, "given": False}).status_code == 201
    patch = {"title": "Dr.", "status": "customer", "seen": {"title": ""}}
    assert call("PATCH", f"/customers/{mara}", json=patch).json["name"] == "Dr. Mara Beispiel"
    assert call("PATCH", f"/customers/{mara}", json={**patch, "title": "Prof."}).status_code == 409
    read = call("GET", f"/customers/{mara}").json
    assert (read["status"], read["last_name"], read["companies"][0]["name"]) == (
        "customer",
        "Beispiel",
        "Sun",
    )
    assert [one["given"] for one in read["consents"]] == [False]
    assert len(read["consent_history"]) == 2
    assert call("PATCH", f"/customers/{mara}", json={"categories": ["none"]}).status_code == 422
    for part in (f"contacts/{mara}", f"postal-addresses/{kept.json['id']}"):
        assert call("DELETE", f"/customers/{company}/{part}").status_code == 204
    assert call("DELETE", f"/customers/{company}/contacts/{mara}").status_code == 404


def test_a_date_of_birth_is_kept_and_taken_away(api: Api):
    call = api("ina")
    made = call("POST", "/customers", json={**MARA, "born": "1982-06-07"})
    assert (made.status_code, made.json["born"]) == (201, "1982-06-07")
    path = f"/customers/{made.json['id']}"
    assert call("PUT", path, json={"last_name": "Muster"}).json["born"] == "1982-06-07"
    refused = call("PATCH", path, json={"born": "2150-01-01"})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "born")
    assert "in the future" in str(refused.json)
    assert call("POST", "/customers", json={"last_name": "Old", "born": "1500-01-01"}).status_code == 422
    assert call("PATCH", path, json={"born": None, "seen": {"born": "1982-06-07"}}).json["born"] is None
