"""Definitions over REST: checked, put in force, listed and handed back."""

import io
from collections.abc import Callable

from tests.web.api.conftest import Call
from tests.world import shipped

Api = Callable[..., Call]


def changed() -> dict[str, bytes]:
    files = dict(shipped())
    return {
        "complaint/complaint.bpmn": files["complaint/complaint.bpmn"].replace(
            b"</bpmn:definitions>", b"<!-- --></bpmn:definitions>"
        ),
    }


def form(files: dict[str, bytes]) -> dict[str, object]:
    parts = [(io.BytesIO(content), name.rpartition("/")[2]) for name, content in files.items()]
    return {"data": {"files": parts}, "content_type": "multipart/form-data"}


def test_a_version_comes_back_as_a_zip_that_is_in_force_already(api: Api):
    call = api("dora")
    [listed] = [one for one in call("GET", "/definitions").json["items"] if one["key"] == "complaint"]
    version = f"/definitions/complaint/versions/{listed['versions'][0]['version']}"
    assert "process" in {file["kind"] for file in call("GET", version).json["files"]}
    archive = call("GET", f"{version}/archive")
    assert archive.mimetype == "application/zip"
    again = call("POST", "/definitions", data=archive.data, content_type="application/zip")
    assert (again.status_code, again.json) == (200, {"resources": [], "definitions": [], "warnings": []}), (
        again.json
    )


def test_a_changed_model_becomes_a_new_version_once_under_its_key(api: Api):
    call, key = api("dora"), {"Idempotency-Key": "deploy-0001"}
    assert call("POST", "/definitions/checks", **form(changed())).json == {
        "deployable": True,
        "findings": [],
        "warnings": [],
    }
    made = call("POST", "/definitions", headers=key, **form(changed()))
    assert [one["key"] for one in made.json["definitions"]] == ["complaint"], made.json
    again = call("POST", "/definitions", headers=key, **form(changed()))
    assert (again.data, again.headers["Idempotency-Replayed"]) == (made.data, "true")


def test_what_speaks_against_files_is_told_by_file_and_element(api: Api):
    broken = {"broken.bpmn": b"<definitions/>"}
    call = api("dora")
    found = call("POST", "/definitions/checks", **form(broken)).json
    assert (found["deployable"], found["findings"][0]["file"]) == (False, "broken.bpmn")
    refused = call("POST", "/definitions", **form(broken))
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "broken.bpmn")


def test_other_parts_other_kinds_and_too_much_are_refused(api: Api):
    call = api("dora")
    strange = call("POST", "/definitions", data={"colour": "red"}, content_type="multipart/form-data")
    assert (strange.status_code, strange.json["errors"][0]["field"]) == (422, "colour")
    assert call("POST", "/definitions", json={}).status_code == 415
    assert call("POST", "/definitions", data=b"no zip", content_type="application/zip").status_code == 422
    much = call("POST", "/definitions", data=b"x" * 22_100_000, content_type="application/zip")
    assert much.status_code == 413


def test_only_designers_deploy(api: Api):
    assert api("ina")("POST", "/definitions", **form(changed())).status_code == 403
    assert api("ina")("GET", "/definitions").status_code == 200
    assert api("dora")("GET", "/definitions/none/versions/1").status_code == 404
