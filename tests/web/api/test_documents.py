"""Files over REST: what is brought comes back, once under one key, in bounded memory, and to nobody else."""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from cpm.model import Case
from tests.commands.test_access import deploy_confidential
from tests.web.api.conftest import Call
from tests.world import World, mail

BYTES = "application/octet-stream"


@pytest.fixture
def other(app: Flask, token: Callable[..., str]) -> Call:
    """Tom's program."""
    client, bearer = app.test_client(), {"Authorization": f"Bearer {token('tom')}"}
    return lambda method, path, **more: client.open(f"/api/v1{path}", method=method, headers=bearer, **more)


@pytest.fixture(name="api")
def as_anna(api: Callable[..., Call]) -> Call:
    return api("anna")


@pytest.fixture
def case(firm: World) -> Case:
    found = firm.receive(mail())
    assert found is not None
    return found


def _add(api: Call, case: Case, content: bytes, name: str = "a.txt", **headers: str):
    address = f"/cases/{case.number}/documents?name={name}"
    return api("post", address, data=content, content_type=BYTES, headers=headers)


def test_a_program_files_a_document_reads_it_and_gives_it_a_version_and_a_name(api: Call, case: Case):
    made = _add(api, case, b"%PDF-1.7 one", "a.pdf")
    assert made.status_code == 201
    one = made.json["id"]
    told = ("type", "declared", "called")
    assert [made.json[name] for name in told] == ["application/pdf", None, None]
    assert api("get", f"/documents/{one}/content").data == b"%PDF-1.7 one"
    two = api("post", f"/documents/{one}/versions?name=b.pdf", data=b"%PDF-1.7 two", content_type=BYTES)
    assert (two.status_code, two.json["version"]) == (201, 2)
    late = api("post", f"/documents/{one}/versions?name=b.pdf", data=b"3", content_type=BYTES)
    assert late.status_code == 409
    named = api("patch", f"/documents/{two.json['id']}", json={"kind": "AB", "numbers": ["100235"]})
    assert named.json["name"] == "Beispiel, Mara_AB 100235.pdf"
    listed = api("get", f"/cases/{case.number}/documents").json["items"]
    assert [(row["id"], row["earlier"][0]["id"]) for row in listed] == [(two.json["id"], one)]
    of_customer = api("get", f"/customers/{case.customer_id}/documents").json["items"]
    assert [row["case"] for row in of_customer] == [case.number]
    more = api("post", f"/customers/{case.customer_id}/documents?name=v.txt", data=b"v", content_type=BYTES)
    assert (more.status_code, more.json["case"]) == (201, None)
    other = _add(api, case, b"%PDF-1.7 three", "a.doc").json
    assert [other[name] for name in told] == ["application/pdf", None, "application/msword"]


def test_the_same_key_files_it_once_and_other_bytes_under_it_are_refused(api: Call, case: Case):
    key = {"Idempotency-Key": "upload-0001"}
    first, again = _add(api, case, b"abc", **key), _add(api, case, b"abc", **key)
    assert (again.json["id"], again.headers["Idempotency-Replayed"]) == (first.json["id"], "true")
    assert _add(api, case, b"abd", **key).status_code == 422
    assert len(api("get", f"/cases/{case.number}/documents").json["items"]) == 1


def test_what_is_too_large_or_no_file_is_refused(firm: World, api: Call, case: Case):
    kept = replace(firm.engine.settings.documents, file_limit=1000)
    firm.engine.settings = replace(firm.engine.settings, documents=kept)
    assert _add(api, case, b"x" * 1001).status_code == 413
    address = f"/cases/{case.number}/documents?name=a"
    assert api("post", address, data=b"{}", content_type="application/json").status_code == 415
    assert api("post", f"/cases/{case.number}/documents", data=b"x", content_type=BYTES).status_code == 422


def test_a_large_upload_is_never_in_memory_as_a_whole(firm: World, api: Call, case: Case):
    """50 MB, sent as a stream; with three copies of it in memory this would be 150."""
    size = 50 << 20
    store = "database" if firm.engine.database.postgresql else "file"
    kept = replace(
        firm.engine.settings.documents, file_limit=size, store=store, path=firm.engine.settings.home / "d"
    )
    firm.engine.settings = replace(firm.engine.settings, documents=kept)
    _add(api, case, b"warm")
    tracemalloc.start()
    try:
        made = api(
            "post",
            f"/cases/{case.number}/documents?name=a.bin",
            content_type=BYTES,
            environ_overrides={"wsgi.input": Endless(size), "CONTENT_LENGTH": str(size)},
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (made.status_code, made.json["bytes"]) == (201, size)
    assert peak < 16 << 20, f"{peak / 1e6:.0f} MB at most in memory"


class Endless:
    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        size = self._left if size < 0 else min(size, self._left)
        self._left -= size
        return b"x" * size

    def close(self) -> None:
        """As a stream has it."""


def test_who_may_not_see_the_case_finds_no_file_of_it(firm: World, api: Call, case: Case, other: Call):
    one = _add(api, case, b"abc").json["id"]
    deploy_confidential(firm)
    for method, address in (
        ("get", f"/documents/{one}"),
        ("get", f"/documents/{one}/content"),
        ("post", f"/documents/{one}/versions?name=a"),
        ("patch", f"/documents/{one}"),
        ("get", f"/cases/{case.number}/documents"),
        ("post", f"/cases/{case.number}/documents?name=a"),
    ):
        more = {"json": {"title": "x"}} if method == "patch" else {"data": b"x", "content_type": BYTES}
        answer = other(method, address, **({} if method == "get" else more))
        assert answer.status_code == 404, address
    assert other("get", f"/customers/{case.customer_id}/documents").json["items"] == []


def test_a_file_of_no_case_takes_the_scopes_of_customers(
    api: Call, case: Case, app: Flask, token: Callable[..., str]
):
    mine = api("post", f"/customers/{case.customer_id}/documents?name=v.txt", data=b"v", content_type=BYTES)
    its = _add(api, case, b"a")
    bearer = {"Authorization": f"Bearer {token('anna', 'cases:read', 'cases:write')}"}
    client, seen = app.test_client(), f"/api/v1/documents/{mine.json['id']}"

    for answer in (
        client.get(seen, headers=bearer),
        client.get(f"{seen}/content", headers=bearer),
        client.patch(seen, json={"title": "x"}, headers=bearer),
        client.post(f"{seen}/versions?name=b.txt", data=b"b", content_type=BYTES, headers=bearer),
    ):
        assert answer.status_code == 403
        assert "customers:" in answer.json["detail"]
    assert client.get(f"/api/v1/documents/{its.json['id']}/content", headers=bearer).data == b"a"
