"""The HTTP connector against a server that is really there: what leaves, what comes back, what breaks."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cpm.connectors import Call, Done, Failed, Http, Outcome, Retry
from cpm.connectors.http import Secret, names, read_entries, wire
from tests.contracts.carrier import Carrier, served

TOKEN = "s3cret-of-the-carrier"
FILE = """
name = "Parcels"
secrets = ["CARRIER_TOKEN"]

[operations.find]
name = "Find"
url = "{at}/parcels/{{number}}"
inputs = {{number = "Number", note = "Note"}}
optional = ["note"]
query = {{note = "=note"}}
headers = {{Authorization = "Bearer {{{{secrets.CARRIER_TOKEN}}}}"}}
result = {{state = "=body.state", weight = "=body.weight", heard = "=body.heard"}}
errors = [{{status = 404, code = "unknown_parcel", why = '="No parcel " + number'}}, {{when = '=body.state = "lost"', code = "lost"}}]
timeout = 1

[operations.send]
name = "Send"
method = "POST"
url = "{at}/parcels"
inputs = {{parcel = "Parcel"}}
headers = {{content-type = "application/vnd.parcel+json"}}
body = "=parcel"
timeout = 1

[operations.remove]
name = "Remove"
method = "DELETE"
url = "{at}/parcels/{{number}}"
inputs = {{number = "Number"}}
result = {{answered = "=status"}}
errors = [{{status = 404, code = "unknown_parcel", why = '="No parcel " + number'}}]

[operations.quick]
name = "Quick"
url = "{at}/parcels/{{number}}"
inputs = {{number = "Number"}}
timeout = 0.05

[operations.part]
name = "Part"
url = "{at}/parcels/{{number}}{{part}}/label"
inputs = {{number = "Number", part = "Part"}}
optional = ["part"]

[operations.send_once]
name = "Send once"
method = "POST"
url = "{at}/parcels"
inputs = {{parcel = "Parcel"}}
body = "=parcel"
key_header = "Idempotency-Key"
timeout = 1
"""


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with served(Carrier()) as told:
        yield told


@pytest.fixture
def ask(call: Callable[..., Call], carrier: Carrier) -> Callable[..., Outcome]:
    http = Http(read_entries(f"http://127.0.0.1:{carrier.port}+private"), {"CARRIER_TOKEN": Secret(TOKEN)})

    def asked(operation: str, connector: Http = http, attempt: int = 1, **inputs: Any) -> Outcome:
        content = FILE.format(at=f"http://127.0.0.1:{carrier.port}").encode()
        made = call(f"http.parcels.{operation}", **inputs)
        return connector(replace(made, operations={"parcels.toml": content}, attempt=attempt))

    return asked


def test_what_was_declared_is_asked_and_its_answer_mapped(
    ask: Callable[..., Outcome], carrier: Carrier
) -> None:
    done = ask("find", number="A/1 ü", note="a&b")
    assert done == Done({"state": "on its way", "weight": Decimal("1.1"), "heard": None})
    (method, path, headers, _), *_ = carrier.asked
    assert (method, path) == ("GET", "/parcels/A%2F1%20%C3%BC?note=a%26b")
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_numbers_and_moments_leave_as_they_are(ask: Callable[..., Outcome], carrier: Carrier) -> None:
    weight = Decimal("12345678901234567890.12")
    assert isinstance(ask("send_once", parcel={"weight": weight, "pieces": Decimal(2)}), Done)
    (_, _, headers, body), *_ = carrier.asked
    assert body == b'{"weight":12345678901234567890.12,"pieces":2}'
    assert headers["Idempotency-Key"] == "C-1/answer/1"


def test_a_secret_that_is_sent_back_does_not_come_into_the_case(
    ask: Callable[..., Outcome], carrier: Carrier
) -> None:
    carrier.answer = {"state": f"token {TOKEN}", "heard": [{TOKEN: TOKEN}]}
    assert ask("find", number="1") == Done({"state": "token ***", "weight": None, "heard": [{"***": "***"}]})


def test_nor_does_it_as_others_write_it(call: Callable[..., Call], carrier: Carrier) -> None:
    at = f"http://127.0.0.1:{carrier.port}"
    secrets = {"CARRIER_TOKEN": Secret("a b/c?")}
    carrier.answer = {"state": "?key=a+b%2Fc%3F or a%20b%2Fc%3F", "heard": "Basic YSBiL2M/"}
    asked = replace(
        call("http.parcels.find", number="1"), operations={"parcels.toml": FILE.format(at=at).encode()}
    )
    done = Http(read_entries(f"{at}+private"), secrets)(asked)
    assert done == Done({"state": "?key=*** or ***", "weight": None, "heard": "Basic ***"})


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"status": 404}, Failed("unknown_parcel", "No parcel 1")),
        ({"answer": {"state": "lost"}}, Failed("lost", "http.parcels.find was answered with 200.")),
        (
            {"status": 400},
            Failed("refused", "Expected http.parcels.find to be done, but the answer was 400."),
        ),
        (
            {"status": 302, "headers": {"Location": "http://169.254.169.254/"}},
            Failed("refused", "Expected http.parcels.find to be done, but the answer was 302."),
        ),
        ({"raw": b"{"}, Done({"state": None, "weight": None, "heard": None})),
        ({"raw": b"\xff\xfe"}, Done({"state": None, "weight": None, "heard": None})),
    ],
)
def test_answers_mean_what_was_declared(
    ask: Callable[..., Outcome], carrier: Carrier, told: dict[str, Any], expected: Outcome
) -> None:
    for name, value in told.items():
        setattr(carrier, name, value)
    assert ask("find", number="1") == expected
    assert len(carrier.asked) == 1


def test_a_busy_system_is_asked_again_when_it_says(ask: Callable[..., Outcome], carrier: Carrier) -> None:
    carrier.status, carrier.headers = 503, {"Retry-After": "120"}
    outcome = ask("find", number="1")
    assert isinstance(outcome, Retry)
    assert outcome.after is not None
    assert outcome.after.total_seconds() == 120


@pytest.mark.parametrize(("operation", "given"), [("find", {"number": "1"}), ("send_once", {"parcel": {}})])
def test_what_may_be_asked_twice_is_tried_again(
    ask: Callable[..., Outcome], carrier: Carrier, operation: str, given: dict[str, Any]
) -> None:
    carrier.cut = True
    outcome = ask(operation, **given)
    assert isinstance(outcome, Retry)
    assert outcome.code == "timeout"


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_away_when_its_deletion_is_tried_again_is_deleted(
    ask: Callable[..., Outcome], carrier: Carrier, status: int
) -> None:
    """The first answer was lost, and RFC 9110 9.2.2 lets us ask again: then nothing is there any more."""
    carrier.status = status
    assert isinstance(ask("remove", number="1"), Failed)
    assert ask("remove", attempt=2, number="1") == Done({"answered": Decimal(status)})
    assert isinstance(ask("find", attempt=2, number="1"), Failed)


def test_what_may_have_been_done_is_not_done_again(ask: Callable[..., Outcome], carrier: Carrier) -> None:
    carrier.cut = True
    outcome = ask("send", parcel={})
    assert isinstance(outcome, Failed)
    assert outcome.code == "unknown_outcome"


def test_name_servers_that_say_nothing_are_left(
    ask: Callable[..., Outcome], carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more threads wait for them than a process can bear, and when they answer again, all is well again."""
    says, looked = threading.Event(), []
    real = socket.getaddrinfo

    def late(*given: Any, **more: Any) -> Any:
        looked.append(given)
        says.wait(30)
        return real(*given, **more)

    monkeypatch.setattr("socket.getaddrinfo", late)
    monkeypatch.setattr(names, "_FREE", free := threading.BoundedSemaphore(1))
    for _ in range(2):
        outcome = ask("quick", number="1")
        assert isinstance(outcome, Retry)
        assert (outcome.code, "no name server says" in outcome.why) == ("unreachable", True)
    assert (len(looked), carrier.asked) == (1, [])
    says.set()
    with free:
        pass
    assert isinstance(ask("find", number="1"), Done)


def test_who_gets_no_thread_to_look_a_name_up_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(names, "_FREE", free := threading.BoundedSemaphore(1))
    monkeypatch.setattr(threading.Thread, "start", none)
    with pytest.raises(TimeoutError):
        names.addresses("localhost", 80, within=0.1)
    assert free.acquire(blocking=False)


def test_who_is_reached_too_late_is_asked_nothing(
    ask: Callable[..., Outcome], carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody would know whether it was done."""
    real = wire._connect

    def slow(*given: Any) -> None:
        real(*given)
        time.sleep(0.06)

    monkeypatch.setattr(wire, "_connect", slow)
    outcome = ask("quick", number="1")
    assert isinstance(outcome, Retry)
    assert (outcome.code, carrier.asked) == ("unreachable", [])


@pytest.mark.parametrize("drip", [{"pause": 0.2}, {"slow_head": True}])
def test_a_system_that_drips_is_left(
    ask: Callable[..., Outcome], carrier: Carrier, drip: dict[str, Any]
) -> None:
    for name, value in drip.items():
        setattr(carrier, name, value)
    outcome = ask("find", number="1")
    assert isinstance(outcome, Retry)
    assert "within 1 s" in outcome.why


@pytest.mark.parametrize("packed", [False, True])
def test_a_system_that_never_ends_is_left(
    ask: Callable[..., Outcome], carrier: Carrier, packed: bool
) -> None:
    """Also one that packs what we did not ask it to: 5 KB become 5 MB."""
    carrier.raw = b" " * 5_000_001
    if packed:
        carrier.raw, carrier.headers = gzip.compress(carrier.raw), {"Content-Encoding": "gzip"}
    outcome = ask("find", number="1")
    assert isinstance(outcome, Failed)
    assert "5000000 bytes" in outcome.why


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_doubtful_answer_is_asked_again_only_where_twice_is_once(
    ask: Callable[..., Outcome], carrier: Carrier, status: int
) -> None:
    carrier.status = status
    assert isinstance(ask("find", number="1"), Retry)
    assert isinstance(ask("send_once", parcel={}), Retry)
    outcome = ask("send", parcel={})
    assert isinstance(outcome, Failed)
    assert outcome.code == "unknown_outcome"


def test_an_answer_without_end_to_what_may_be_done_is_no_reason_to_do_it_again(
    ask: Callable[..., Outcome], carrier: Carrier
) -> None:
    carrier.raw = b" " * 5_000_001
    outcome = ask("send", parcel={})
    assert isinstance(outcome, Failed)
    assert outcome.code == "unknown_outcome"


@pytest.mark.parametrize("raw", [b'{"state": 1e99999999}', b'{"state":' + b"1" * 5_000 + b"}"])
def test_a_number_beyond_measure_is_none(ask: Callable[..., Outcome], carrier: Carrier, raw: bytes) -> None:
    carrier.raw = raw
    assert ask("find", number="1") == Done({"state": None, "weight": None, "heard": None})


def test_an_answer_nested_without_end_is_a_sentence(ask: Callable[..., Outcome], carrier: Carrier) -> None:
    carrier.raw = b'{"state":' + b"[" * 900 + b"]" * 900 + b"}"
    outcome = ask("find", number="1")
    assert isinstance(outcome, Failed)
    assert outcome.code == "evaluation_error"


def test_a_header_of_the_file_is_sent_once(ask: Callable[..., Outcome], carrier: Carrier) -> None:
    assert isinstance(ask("send", parcel={}), Done)
    (_, _, headers, _), *_ = carrier.asked
    assert [value for name, value in headers.items() if name.lower() == "content-type"] == [
        "application/vnd.parcel+json"
    ]


@pytest.mark.parametrize(("number", "part"), [(".", "."), ("1", None)])
def test_several_inputs_together_cannot_change_the_address_either(
    ask: Callable[..., Outcome], carrier: Carrier, number: str, part: str | None
) -> None:
    assert isinstance(ask("part", number=number, part=part), Failed)
    assert carrier.asked == []


def test_a_system_that_is_not_there_is_asked_later(ask: Callable[..., Outcome], carrier: Carrier) -> None:
    assert isinstance(ask("find", connector=Http(), number="1"), Failed)
    nowhere = Http(read_entries("http://127.0.0.1:1+private"), {"CARRIER_TOKEN": Secret(TOKEN)})
    outcome = ask("find", connector=nowhere, number="1")
    assert outcome == Failed(
        "not_allowed",
        f"Expected http://127.0.0.1:{carrier.port} to be among CPM_OUTGOING_HOSTS, but it is not.",
    )
    assert carrier.asked == []


@pytest.mark.parametrize(
    ("secrets", "why"),
    [
        ({}, "this installation has none"),
        ({"CARRIER_TOKEN": Secret(TOKEN, frozenset({"other.example"}))}, "for other hosts"),
    ],
)
def test_a_secret_goes_only_where_it_may(
    ask: Callable[..., Outcome], carrier: Carrier, secrets: dict[str, Secret], why: str
) -> None:
    outcome = ask(
        "find", connector=Http(read_entries(f"http://127.0.0.1:{carrier.port}+private"), secrets), number="1"
    )
    assert isinstance(outcome, Failed)
    assert why in outcome.why
    assert TOKEN not in outcome.why
    assert carrier.asked == []


@pytest.mark.parametrize("number", ["", "..", None])
def test_data_cannot_change_the_address(
    ask: Callable[..., Outcome], carrier: Carrier, number: str | None
) -> None:
    assert isinstance(ask("find", number=number), Failed)
    assert carrier.asked == []


def test_a_certificate_must_be_of_the_host(
    call: Callable[..., Call], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is connected to, and yet the name is proved."""
    context = _certified(tmp_path, "carrier.example")
    monkeypatch.setattr("socket.getaddrinfo", _at_home)
    with served(Carrier(), context) as told:
        host = f"carrier.example:{told.port}"
        content = FILE.format(at=f"https://{host}").encode()
        asked = replace(call("http.parcels.find", number="1"), operations={"parcels.toml": content})
        http = Http(read_entries(f"{host}+private"), {"CARRIER_TOKEN": Secret(TOKEN)})
        assert isinstance(http(asked), Failed)  # nobody vouches for it
        assert told.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert isinstance(http(asked), Done)
        assert told.asked[0][2]["Host"] == host
        other = replace(
            asked, operations={"parcels.toml": content.replace(b"carrier.example", b"other.example")}
        )
        http = Http(read_entries(f"other.example:{told.port}+private"), {"CARRIER_TOKEN": Secret(TOKEN)})
        assert isinstance(http(other), Failed)  # another's certificate


def _at_home(host: str, port: int, *_: object, **__: object) -> list[Any]:
    return [(2, 1, 6, "", ("127.0.0.1", port))]


def _certified(folder: Path, host: str) -> ssl.SSLContext:
    files: list[str | Path] = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    named = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *files, *named],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
