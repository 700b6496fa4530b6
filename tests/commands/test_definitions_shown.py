"""What is deployed, as its designers see it: versions, the cases on them, their files, and a way to take them home."""

import io
import zipfile
from pathlib import Path

import pytest

from cpm.cli import files as on_disk
from cpm.commands import definitions as deploying
from cpm.commands import uploads
from cpm.commands.definitions import Deployed, NotDeployed
from cpm.errors import NotFound
from cpm.model import ResourceKind
from cpm.queries import audit, definitions, packing
from cpm.queries.definitions import Status
from cpm.queries.elements import elements
from tests.world import World, mail, shipped


def deploy(firm: World, files: dict[str, bytes]) -> Deployed:
    with firm.engine.begin("dora") as uow:
        return deploying.deploy(uow, files)


def changed(name: str, times: int = 1) -> dict[str, bytes]:
    return {name: dict(shipped())[name] + b"\n" * times}


def test_a_version_is_in_force_runs_on_or_is_superseded(firm: World):
    firm.receive(mail())
    deploy(firm, changed("goodwill.dmn"))
    deploy(firm, changed("goodwill.dmn", 2))
    with firm.engine.read() as look:
        complaint = next(line for line in definitions.processes(look, "en") if line.key == "complaint")
    assert complaint.name == "Complaint"
    assert [(v.version, v.status, v.open_cases, v.all_cases, v.deployed_by) for v in complaint.versions] == [
        (3, Status.IN_FORCE, 0, 0, "dora"),
        (2, Status.SUPERSEDED, 0, 0, "dora"),
        (1, Status.RUNNING, 1, 1, "test"),
    ]


def test_decisions_and_forms_have_versions_and_cases_too(firm: World):
    firm.receive(mail())
    deploy(firm, changed("goodwill.dmn"))
    with firm.engine.read() as look:
        decisions = {line.key: line for line in definitions.resources(look, ResourceKind.DECISION)}
        forms = {line.key: line for line in definitions.resources(look, ResourceKind.FORM)}
    assert [(v.version, v.status, v.open_cases) for v in decisions["goodwill"].versions] == [
        (2, Status.IN_FORCE, 0),
        (1, Status.RUNNING, 1),
    ]
    assert [(v.version, v.open_cases) for v in forms["check_facts"].versions] == [(1, 1)]
    assert [(v.version, v.open_cases) for v in decisions["exceptions"].versions] == [(1, 0)]


def test_a_version_names_its_files_the_model_first(firm: World):
    with firm.engine.read() as look:
        row = definitions.definition(look, "complaint", 1)
        files = definitions.files(look, row)
    assert [(line.kind, line.key, line.version) for line in files[:2]] == [
        (ResourceKind.PROCESS, "complaint", 1),
        (ResourceKind.PROCESS, "approval", 1),
    ]
    sizes = {line.file: line.bytes for line in files}
    assert sizes["complaint/texts/de.toml"] == len(dict(shipped())["complaint/texts/de.toml"])


def test_the_content_comes_as_it_was_deployed(firm: World):
    deploy(firm, changed("goodwill.dmn"))
    table = dict(shipped())["goodwill.dmn"]
    with firm.engine.read() as look:
        assert definitions.resource(look, ResourceKind.DECISION, "goodwill").content == table + b"\n"
        assert definitions.resource(look, ResourceKind.DECISION, "goodwill", 1).content == table
        with pytest.raises(NotFound, match="goodwill, version 3"):
            definitions.resource(look, ResourceKind.DECISION, "goodwill", 3)
        with pytest.raises(NotFound, match="process none"):
            definitions.definition(look, "none")


def taken_home(firm: World, key: str, version: int | None = None) -> bytes:
    with firm.engine.read() as look:
        return packing.zipped(look, definitions.definition(look, key, version))


def test_a_version_that_is_taken_home_and_brought_back_is_the_same(firm: World):
    packed = taken_home(firm, "complaint")
    assert packed == taken_home(firm, "complaint", 1)
    assert deploy(firm, uploads.unpack([("complaint.zip", packed)])) == Deployed((), ())


def test_an_old_version_can_be_put_in_force_again(firm: World):
    packed = taken_home(firm, "complaint")
    deploy(firm, changed("goodwill.dmn"))
    again = deploy(firm, uploads.unpack([("complaint.zip", packed)]))
    assert [(made.key, made.version) for made in again.definitions] == [("complaint", 3), ("dunning", 3)]


def test_what_is_taken_home_is_a_folder_for_the_command_line(firm: World, tmp_path: Path):
    with zipfile.ZipFile(io.BytesIO(taken_home(firm, "complaint"))) as archive:
        archive.extractall(tmp_path / "home")
    given = on_disk.read([tmp_path / "home"])
    assert "home/complaint/texts/de.toml" in given
    assert deploy(firm, given) == Deployed((), ())


def test_a_refusal_tells_element_and_reason_apart(firm: World):
    model = dict(shipped())["approval/approval.bpmn"].replace(b'formId="approve"', b'formId="=x"')
    with pytest.raises(NotDeployed) as error:
        deploy(firm, {"approval/approval.bpmn": model})
    places = [(finding.file, finding.element) for finding in error.value.findings]
    assert set(places) == {("approval/approval.bpmn", "approve")}
    assert len(places) == 1, "said once, although complaint calls it"
    assert error.value.findings[0].reason.startswith("Expected a fixed formId")
    assert "1 Befund." in error.value.sentence("de")


def test_texts_of_no_process_are_refused(firm: World):
    """Nobody would ever read them, and nobody would notice."""
    with pytest.raises(NotDeployed) as error:
        deploy(firm, {"complaints/texts/de.toml": b""})
    assert "there is no process complaints" in str(error.value.findings[0])


def test_the_log_keeps_what_the_designer_says_is_new(firm: World):
    with firm.engine.begin("dora") as uow:
        deploying.deploy(uow, changed("goodwill.dmn"), comment=" Higher limits ")
    with firm.engine.read() as look:
        line = audit.entries(look, what="definitions.deployed", language="en").lines[0]
    assert (line.actor, line.sentence) == (
        "dora",
        "Put in force: decision goodwill 2; new versions: complaint 2, dunning 2. “Higher limits”.",
    )


def test_a_drawing_can_be_read_as_a_table(firm: World):
    with firm.engine.read() as look:
        found = elements(look, definitions.definition(look, "complaint"), "en")
        [facts] = [line for line in found if line.id == "check_facts"]
        line, one = definitions.process(look, "complaint", 1, "en")
    assert (facts.name, facts.kind, facts.properties) == (
        "Check the facts",
        "userTask",
        (("cpm:again", "true"), ("cpm:stage", "facts")),
    )
    assert "approve" not in {line.id for line in found}, "what it calls has a table of its own"
    assert (line.versions, one.version) == ((one,), 1)
