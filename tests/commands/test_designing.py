"""`docs/designing.md` promises a running process: its example runs, its commands work, its tables name what the files hold."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cpm.bpmn.reading.properties import PROPERTIES
from cpm.cli import files
from cpm.commands import definitions, interactions
from cpm.model import Case, CaseState
from tests.commands.cli import ready
from tests.world import World

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "designing.md").read_text()
EXAMPLE = ROOT / "docs" / "example" / "callback"
TEMPLATES = json.loads((ROOT / "docs" / "element-templates" / "cpm.json").read_text())
MAIL = (ROOT / "docs" / "example" / "please-call.eml").read_bytes()


def opened(firm: World) -> Case:
    with firm.engine.begin("dora") as uow:
        definitions.deploy(uow, files.read([EXAMPLE]))
    with firm.engine.begin("mailbox") as uow:
        arrival = interactions.store(uow, MAIL, process="callback")
    with firm.engine.begin("mailbox") as uow:
        filed = interactions.file(uow, arrival.id).interaction
        assert filed is not None
        assert filed.case is not None
        return filed.case


def test_the_example_runs_to_its_end(firm: World):
    case = opened(firm)
    assert firm.step(case, "call_back").title_en == "Call the customer"
    firm.do(case, "call_back", "anna", {"reached": "yes", "result": "Delivery on Monday"})
    assert firm.now(case).state == CaseState.CLOSED
    assert firm.post.calls == []


def test_whom_nobody_reaches_gets_a_mail(firm: World):
    case = opened(firm)
    firm.do(case, "call_back", "anna", {"reached": "no"})
    firm.drain()
    [call] = firm.post.calls
    assert (call.operation, call.inputs["to"], call.inputs["event"], call.inputs["language"]) == (
        "notice.send",
        "kim.vorlage@example.org",
        "not_reached",
        "en",
    )
    assert call.texts["en"]["notices"]["not_reached"]["subject"] == "Your call back ({{case_no}})"
    assert firm.now(case).state == CaseState.CLOSED


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_commands_do_what_the_guide_says(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    cpm = ready(database_url, tmp_path)
    monkeypatch.chdir(ROOT)
    for line in _commands():
        words = shlex.split(line.replace("AGENT", "anna"))
        cpm(*(str(cpm.json("tasks")[0]["id"]) if word == "TASK" else word for word in words))
    assert [case["state"] for case in cpm.json("case", "list")] == ["closed"]


def _commands() -> Iterator[str]:
    for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL):
        for line in block.splitlines():
            program, _, rest = line.partition(" ")
            assert program == "cpm"
            yield rest


def test_what_the_tables_tell_to_type_stands_in_the_example():
    written = (EXAMPLE / "callback.bpmn").read_text().replace("&quot;", '"')
    written += json.dumps(json.loads((EXAMPLE / "call_back.form").read_text()), ensure_ascii=False).replace(
        '\\"', '"'
    )
    steps = GUIDE[GUIDE.index("## 1 ") : GUIDE.index("## 3 ")]
    typed = set(re.findall(r"`([^`]+)`", steps)) - {"callback/callback.bpmn", "callback/call_back.form"}
    assert len(typed) > 20
    assert [value for value in typed if value not in written] == []


def test_the_words_in_the_guide_are_those_of_the_example():
    block = GUIDE[GUIDE.index("```toml\n") + len("```toml\n") :]
    assert block[: block.index("```")] == (EXAMPLE / "texts" / "de.toml").read_text()


def _offered() -> Iterator[tuple[str, str]]:
    """Each property of ours that a template sets, and the element it is offered on."""
    for template in TEMPLATES:
        places = [template["elementType"]["value"]] if "elementType" in template else template["appliesTo"]
        for prop in template["properties"]:
            if prop["binding"]["type"] == "zeebe:property":
                for place in places:
                    yield prop["binding"]["name"], place


def test_each_property_has_a_template_and_its_line_in_the_guide():
    offered = {re.sub("(:attribute:|:repeat:|:view:).*", r"\1", name) for name, _ in _offered()}
    assert offered == {known.name for known in PROPERTIES}
    for known in PROPERTIES:
        assert f"| `{known.name}" in GUIDE, known.name


def test_templates_offer_properties_only_where_they_have_an_effect():
    for name, place in _offered():
        [known] = [
            each
            for each in PROPERTIES
            if name == each.name or (name.startswith(each.name) and each.name[-1] == ":")
        ]
        element = place.removeprefix("bpmn:")
        assert element[0].lower() + element[1:] in known.places, (name, place)


def test_choices_of_templates_are_values_that_are_taken():
    for template in TEMPLATES:
        for prop in template["properties"]:
            for choice in prop.get("choices", ()):
                name = prop["binding"]["name"]
                [known] = [each for each in PROPERTIES if name.startswith(each.name)]
                assert known.value.fullmatch(choice["value"]), (name, choice)


def test_a_step_whose_template_was_left_half_empty_is_taken(firm: World):
    """The Modeler writes an empty attribute for what a template offers and nobody filled in."""
    given: dict[str, Any] = files.read([EXAMPLE])
    model = given["callback/callback.bpmn"].replace(
        b'<zeebe:formDefinition formId="call_back" />',
        b'<zeebe:formDefinition formId="call_back" /><zeebe:assignmentDefinition candidateGroups="" />'
        b'<zeebe:taskSchedule dueDate="" />',
    )
    with firm.engine.begin("dora") as uow:
        assert definitions.deploy(uow, {**given, "callback/callback.bpmn": model}).definitions
