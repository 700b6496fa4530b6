"""A Tryton that is slow, away, cut off, not ours or no Tryton at all: a fault with a code, and never twice what was asked once."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from cpm.connectors.erp import ErpFault, Party
from cpm.connectors.erp.tryton import Server, Tryton, member
from cpm.connectors.erp.tryton.http import LARGEST, Http
from cpm.connectors.erp.tryton.rest import Masked, Rest
from tests.contracts.erp_house import HOME
from tests.contracts.fake_tryton import Answer, answering

PARTY = Party("K-1", "Sonnenhof", company=True, addresses=(HOME,))
HOSTILE = [
    b"",
    b"<html>Wartung</html>",
    b"null",
    b"7",
    b'"text"',
    b'{"id": 1}',
    b"[1, 2]",
    b'[{"user": 3}]',
    b'[{"user": {"company": "x"}}]',
    b'[{"user": {"id": 1, "company": {"id": "x"}}}]',
    b"[" * 100_000,
    b'[{"id": {"__class__": "Decimal", "decimal": "NaN"}}]',
    b'[{"id": {"__class__": "Decimal", "decimal": "1e999999"}}]',
    b'[{"id": {"__class__": "date", "year": 0, "month": 1, "day": 1}}]',
    b'[{"id": {"__class__": "subprocess.Popen", "args": "id"}}]',
    b'[{"id": 1' + b"0" * 5000 + b"}]",
    b'[{"id": NaN}]',
    b"\xff\xfe",
    b" " * (LARGEST + 1),
]


@pytest.fixture(autouse=True)
def _asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As often as ever; no lock in a stand-in is given the time to go away."""
    monkeypatch.setattr(member, "_WAITS", (0.001,) * len(member._WAITS))


def of(url: str, *, timeout: float = 2) -> Tryton:
    return Tryton(Server(url=url, database="erp", key="k", user="cpm", password="p", timeout=timeout))


def code(error: pytest.ExceptionInfo[ErpFault]) -> str:
    return error.value.code


# what is no Tryton


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_answer_of_tryton_is_a_fault(body: bytes):
    with answering(lambda *_: (200, "application/json", body)) as url:
        for ask in (
            lambda erp: erp.party("K-1"),
            lambda erp: erp.save_party(PARTY),
            lambda erp: erp.changes(""),
        ):
            with pytest.raises(ErpFault) as error:
                ask(of(url))
            assert code(error) in ("unreachable", "unknown_outcome", "validation_refused")


@pytest.mark.parametrize("status", [302, 400, 404, 418, 500, 503])
def test_an_answer_with_another_status_is_a_fault(status: int):
    with answering(lambda *_: (status, "text/html", b"<h1>Oh</h1>")) as url:
        assert not of(url).alive()
        with pytest.raises(ErpFault):
            of(url).order("C-1")


def test_a_word_of_refusal_is_shown_and_not_read():
    with answering(
        lambda *_: (400, "application/json", b'{"message": "nein", "description": "so nicht"}')
    ) as url:
        with pytest.raises(ErpFault, match="nein so nicht") as error:
            of(url).party("K-1")
        assert code(error) == "validation_refused"


def test_a_server_that_says_a_byte_now_and_then_is_late():
    with answering(lambda *_: (200, "application/json", b" " * 100), byte_by_byte=0.1) as url:
        began = time.monotonic()
        with pytest.raises(ErpFault) as error:
            of(url, timeout=0.5).party("K-1")
        assert code(error) == "timeout"
        assert time.monotonic() - began < 5


def test_a_server_that_is_not_there_is_unreachable():
    with answering(lambda *_: (200, "application/json", b"[]")) as url:
        pass
    assert not of(url).alive()
    with pytest.raises(ErpFault) as error:
        of(url).save_party(PARTY)
    assert code(error) == "unreachable"


def small_tryton(model: str, records: object) -> Callable[[str], object]:
    """One that is set up, and has records of one model; what it answers to a path."""
    modules = (
        "sale.sale",
        "sale.amendment",
        "web.shop",
        "product.price_list",
        "party.party.credit_limit_amount",
    )
    there: dict[str, object] = {
        "res.user.application": [{"id": 1, "user": {"id": 2, "company": 1}}],
        "ir.model": [{"id": 1, "name": name} for name in modules],
        "company.company": [{"id": 1, "currency": 1}],
        "web.shop": [{"id": 1, "warehouses": [1]}],
        model: records,
    }
    return lambda path: there.get(path.split("?")[0].rsplit("/", 1)[1], [])


def test_a_session_that_has_ended_is_begun_anew():
    signed_in = []
    small = small_tryton("party.party", [{"id": 3, "code": "K-1", "name": "Alt", "_timestamp": "1.0"}])

    def answer(_: str, path: str, body: bytes) -> Answer:
        if not path.endswith("/rpc/"):
            return 200, "application/json", json.dumps(small(path)).encode()
        asked = json.loads(body)["method"]
        if asked != "common.db.login" and len(signed_in) < 2:
            return 401, "text/html", b""
        signed_in.append(asked)
        return 200, "application/json", json.dumps({"result": [2, f"token-{len(signed_in)}"]}).encode()

    with answering(answer) as url:
        erp = of(url)
        known = erp.party("K-1")
        assert known is not None
        erp.save_party(replace(known, name="Neu"))
        assert signed_in == ["common.db.login", "common.db.login", "model.party.party.write"]


def test_changes_of_one_moment_are_not_lost_between_two_pages():
    moment = {
        "__class__": "datetime",
        "year": 2026,
        "month": 3,
        "day": 9,
        "hour": 8,
        "minute": 0,
        "second": 0,
    }
    at = {**moment, "microsecond": 0}
    small = small_tryton(
        "party.party", [{"id": n, "code": f"K-{n}", "last_modified_at": at} for n in (3, 1, 2)]
    )
    asked = []

    def answer(_: str, path: str, __: bytes) -> Answer:
        if "/party.party?" in path:
            asked.append(path)
        return 200, "application/json", json.dumps(small(path)).encode()

    with answering(answer) as url:
        erp, keys, cursor = of(url), [], ""
        while page := erp.changes(cursor, most=1):
            keys += [one.key for one in page]
            cursor = page[-1].cursor
    assert keys == ["K-1", "K-2", "K-3"]
    domain = base64.urlsafe_b64decode(parse_qs(urlsplit(asked[-1]).query)["d"][0])
    assert b'"last_modified_at",">=",' in domain


def test_text_that_no_database_takes_stops_nothing():
    """Else one such name would stop the feed for good: it could not even be put aside."""
    odd = {"id": 3, "code": "K-\0003", "name": "Son\ud800ne \U0001f600\nHof", "last_modified_at": None}
    small = small_tryton(
        "party.party", [{**odd, "contact_mechanisms": [{"id": 1, "type": "email", "value": "a\0@b"}]}]
    )
    with answering(lambda _, path, __: (200, "application/json", json.dumps(small(path)).encode())) as url:
        found = of(url).party("K-3")
    assert found is not None
    assert (found.key, found.name, found.email) == ("K-3", "Son?ne \U0001f600\nHof", "a@b")


def told(second: int) -> dict[str, object]:
    moment = {"year": 2026, "month": 3, "day": 9, "hour": 8, "minute": 0, "second": second, "microsecond": 0}
    return {"__class__": "datetime", **moment}


def test_what_is_committed_late_beside_something_newer_is_another_change():
    """A transaction that began first and ends last writes an older time: the customer's newest stays what it was."""
    address = {"id": 7, "last_modified_at": told(1)}
    customer = {"id": 3, "code": "K-3", "last_modified_at": told(5), "addresses": [address]}
    small = small_tryton("party.party", [customer])
    with answering(lambda _, path, __: (200, "application/json", json.dumps(small(path)).encode())) as url:
        erp = of(url)
        before, again = erp.changes(""), erp.changes("")
        address["last_modified_at"] = told(3)
        (after,) = erp.changes("")
    assert [one.id for one in before] == [one.id for one in again]
    assert after.id != before[0].id
    assert after.cursor == before[0].cursor


def test_many_changes_at_once_are_read_in_pages():
    customers = [{"id": n, "code": f"K-{n}", "last_modified_at": told(0)} for n in range(1, 1201)]
    sizes = []

    def answer(_: str, path: str, __: bytes) -> Answer:
        found = small_tryton("party.party", customers)(path)
        asked = parse_qs(urlsplit(path).query)
        if "/party.party?" in path:
            domain = json.loads(base64.urlsafe_b64decode(asked["d"][0]))
            after = next((way[2] for way in domain if way[:2] == ["id", ">"]), 0)
            found = [one for one in customers if one["id"] > after][: int(asked["s"][0])]
            sizes.append(len(found))
        return 200, "application/json", json.dumps(found).encode()

    with answering(answer) as url:
        assert len(of(url).changes("", most=2000)) == 1200
    assert sizes == [500, 500, 200]


@pytest.mark.parametrize(("status", "again"), [(500, True), (502, False), (504, False)])
def test_what_gives_up_before_the_server_is_not_asked_again_at_once(status: int, again: bool):
    """Behind it the request may still run; an answer of the server's own means that it does not."""
    with answering(lambda *_: (status, "text/html", b"<h1>Oh</h1>")) as url, pytest.raises(ErpFault) as error:
        Rest(Http(url, timeout=2), "erp", "k").act("sale.sale", 1, "confirm")
    assert (code(error), isinstance(error.value, Masked)) == ("unknown_outcome", again)
