"""What people read beside the process: forms, texts and notices fit the models, in both languages."""

import json
import re
import tomllib
from datetime import UTC
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from cpm import bpmn, forms, writing
from cpm.queries.wording import with_gaps
from rules import dmn
from rules.feel import compile_expression

ROOT = Path(__file__).parents[2]
PROCESSES = ROOT / "processes"
SHIPPED = ("complaint", "approval", "intake", "order", "order_ways", "dunning")
FILES = {name: (PROCESSES / name / f"{name}.bpmn").read_bytes() for name in SHIPPED}
PROGRAMS = {
    "complaint": bpmn.prepare(
        {"complaint.bpmn": FILES["complaint"], "approval.bpmn": FILES["approval"]}, main="complaint.bpmn"
    ),
    "approval": bpmn.prepare({"approval.bpmn": FILES["approval"]}),
    "intake": bpmn.prepare({"intake.bpmn": FILES["intake"]}),
    "order": bpmn.prepare(
        {f"{name}.bpmn": FILES[name] for name in ("order", "order_ways", "approval")}, main="order.bpmn"
    ),
    "order_ways": bpmn.prepare({"order_ways.bpmn": FILES["order_ways"]}),
    "dunning": bpmn.prepare(
        {"dunning.bpmn": FILES["dunning"], "approval.bpmn": FILES["approval"]}, main="dunning.bpmn"
    ),
}
#: Steps whose form is called otherwise: two share one, and complaint has one of this name.
FORM_OF = {
    ("dunning", "read_debtor_reply"): "call_debtor",
    ("dunning", "print_and_post"): "post_reminder",
    ("order", "call_back"): "order_call_back",  # the guide for designers has a call_back
}
FORMS = sorted(path for name in SHIPPED for path in (PROCESSES / name).glob("*.form"))


def texts(process: str, language: str) -> dict[str, Any]:
    return tomllib.loads((PROCESSES / process / "texts" / f"{language}.toml").read_text(encoding="utf-8"))


def flat(table: dict[str, Any], path: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= flat(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}": value}
    return found


def elements(process: str) -> dict[str, bpmn.Element]:
    return {id_: each for id_, each in PROGRAMS[process].elements.items() if each.process == process}


@pytest.mark.parametrize("process", SHIPPED)
def test_both_languages_say_the_same_with_the_same_placeholders(process: str) -> None:
    german, english = flat(texts(process, "de")), flat(texts(process, "en"))

    assert german.keys() == english.keys()
    for key, text in german.items():
        assert set(re.findall(r"{{.*?}}", text)) == set(re.findall(r"{{.*?}}", english[key])), key
        assert not re.findall(r"{{(?![a-z_]+(\.[a-z_]+)*(\|[a-z_]+)?}})", text + english[key]), key


@pytest.mark.parametrize("process", SHIPPED)
def test_every_step_of_the_model_has_its_name_and_no_text_is_left_over(process: str) -> None:
    steps = texts(process, "de")["steps"]

    assert {id_: each.name for id_, each in elements(process).items()} == {
        id_: step["name"] for id_, step in steps.items()
    }


@pytest.mark.parametrize("process", SHIPPED)
def test_every_persons_step_has_form_instruction_and_stage(process: str) -> None:
    german = texts(process, "de")
    for id_, element in elements(process).items():
        if element.kind == "userTask":
            assert (PROCESSES / process / f"{FORM_OF.get((process, id_), id_)}.form").is_file()
            assert german["steps"][id_]["do"]
            assert element.properties["cpm:stage"] in german["stages"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_read_and_speaks_both_languages(path: Path) -> None:
    raw = json.loads(path.read_text(encoding="utf-8"))

    assert forms.read(path.read_bytes(), path.name).id == path.stem
    for component in raw["components"]:
        assert component["properties"].get("cpm:label.en") or component["properties"].get("cpm:text.en")
        for each in component.get("components", []):
            assert each["properties"]["cpm:label.en"]
        for option in component.get("values", []):
            assert option["cpm:label.en"]


def test_every_notice_that_is_sent_has_its_text() -> None:
    root = etree.fromstring(FILES["complaint"])
    mappings = root.iterfind(".//{*}input[@target='event']")
    events = {str(mapping.get("source")).strip('="') for mapping in mappings}

    assert events == {"complaint_received", "answer_reminder"}
    for language in ("de", "en"):
        notices = texts("complaint", language)["notices"]
        assert events <= notices.keys()
        assert all(notice["subject"] and notice["text"] for notice in notices.values())


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_said_to_somebody_whose_form_of_address_nobody_knows_has_no_gap_for_their_name(
    language: str,
) -> None:
    """As of most callers: a last name, and no more yet."""
    named = 0
    for process in ("complaint", "order", "dunning"):
        for key, step in texts(process, language)["steps"].items():
            say = step.get("say", "")
            if "name_spoken" not in say:
                continue
            named += 1
            known = dict.fromkeys(writing.placeholders(say), "2026-12-01")
            assert "Frau Rot" in writing.render(say, {**known, "name_spoken": "Frau Rot"}, language, UTC), key
            said = with_gaps(say, {**known, "name_spoken": None}, language, UTC)[0]
            assert "…" not in said, key
            assert said[0].isupper(), key
            assert not re.search(r" [,.]|,,|^,", said), key
    assert named == 5


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("caller", ["de", "en"])
def test_a_complaint_that_nobody_has_said_more_about_is_not_read_out_as_its_subject(
    language: str, caller: str
) -> None:
    """Such a case is called by its process, in the caller's language."""
    say = texts("complaint", language)["steps"]["check_facts"]["say"]
    usual = texts("complaint", caller)["process"]["name"]
    said = {
        subject: writing.render(say, {"name_spoken": "Frau Rot", "subject": subject}, language, UTC)
        for subject in (usual, "Kessel kalt")
    }
    assert usual not in said[usual]
    assert "…" not in said[usual]
    assert "Kessel kalt" in said["Kessel kalt"]


def test_every_answer_that_can_be_due_has_its_block() -> None:
    """Whatever the rules offer and the form lets through: the agent starts from a text, not from nothing."""
    form = json.loads((PROCESSES / "complaint" / "write_answer.form").read_text(encoding="utf-8"))
    answer = next(component for component in form["components"] if component.get("key") == "answer")
    prefill = compile_expression(answer["properties"]["cpm:prefill"].lstrip("="))
    blocks = texts("complaint", "de")["blocks"].keys()

    used = {prefill(facts) for facts in reachable_answers()}

    assert used == blocks


def reachable_answers() -> list[dict[str, object]]:
    table = dmn.read((ROOT / "rules" / "remedy.dmn").read_bytes(), "remedy.dmn")
    causes = (
        *("defect", "transport_damage", "wrong_item", "missing_item", "late"),
        *("invoice_error", "service_conduct", "wear"),
    )
    found: list[dict[str, object]] = [{"remedy": None}, {"remedy": "repair", "reply_kind": "question"}]
    for cause, consumer, months, notified, failed in product(
        causes, (True, False), (6, 18, 30), ("yes", "no"), (0, 2)
    ):
        facts = {
            "cause": cause,
            "consumer": consumer,
            "months": months,
            "notified_in_time": notified,
            "failed_repairs": failed,
        }
        claim: Any = table.evaluate("remedy", facts).value
        for remedy in {*claim["ways"], "voucher", "price_cut", "refund"}:
            free = remedy in ("apology", "explain", "correct_invoice")
            goodwill = claim["basis"] in ("goodwill", "none") or remedy not in claim["ways"]
            found.append({"remedy": remedy, "as_goodwill": goodwill and not free})
    return found


@pytest.mark.parametrize("language", ["de", "en"])
def test_goodwill_never_admits_an_obligation(language: str) -> None:
    sentence = {
        "de": "ohne Anerkennung einer Rechtspflicht",
        "en": "without acknowledging any legal obligation",
    }
    for key, block in texts("complaint", language)["blocks"].items():
        assert (sentence[language] in block["text"]) == key.startswith("goodwill_"), key
