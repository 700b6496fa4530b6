"""What a machine said is told in the reader's language first; its own words stand below, marked as such."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from cpm.queries.journal import decided, phrasing
from cpm.queries.journal.names import Names

WHY = "Expected to reach the mail server 127.0.0.1:2525, but [Errno 111] Connection refused."


TEXTS = {"de": {"process": {"name": "Reklamation"}}}


def names(language: str) -> Names:
    bundle: Any = SimpleNamespace(
        program=SimpleNamespace(elements={}),
        texts=TEXTS,
        forms={},
        key="complaint",
        step_text=lambda *_: "Antwort senden",
    )
    return Names(bundle, language, ZoneInfo("Europe/Berlin"), {}, {}, {}, {})


def told(what: str, language: str, **particulars: object) -> tuple[str, tuple[tuple[str, str], ...]]:
    said = cast("dict[str, Any]", {"element": "send_answer", "type": "smtp.send", "why": WHY, **particulars})
    known = names(language)
    return phrasing.sentence(what, said, known), phrasing.details(what, said, known)


@pytest.mark.parametrize(
    ("language", "sentence", "label"),
    [
        ("de", "Das andere System ist gerade nicht zu erreichen. Nächster Versuch bald.", "technisch"),
        ("en", "The other system cannot be reached just now. Next attempt bald.", "technical"),
    ],
)
def test_a_postponed_job_says_why_in_the_readers_language(language: str, sentence: str, label: str) -> None:
    said, details = told("job.postponed", language, code="unreachable", attempt=1, until="bald")

    assert said.endswith(f"): {sentence}")
    assert details == ((label, WHY),)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("unreachable", "Das andere System war auch nach allen Versuchen nicht zu erreichen."),
        ("martian", "Der Schritt ist gescheitert (martian)."),
    ],
)
def test_an_incident_says_it_in_the_readers_language(code: str, sentence: str) -> None:
    said, details = told(
        "incident.raised", "de", code=code, connector="smtp", title="Weg", rule="Ausnahmen 3"
    )

    assert f": {sentence} Zugeordnet durch „Ausnahmen“, Zeile 3." in said
    assert WHY not in said
    assert details == (("technisch", WHY),)


def test_a_refused_job_says_it_in_the_readers_language() -> None:
    said, details = told("job.refused", "de", code="mailbox_full")

    assert "Das Postfach des Empfängers ist voll. Der Ablauf" in said
    assert details == (("technisch", WHY),)


def test_what_a_person_declared_stays_in_the_sentence() -> None:
    said, details = told(
        "incident.raised", "de", code="other", connector="case", why="Zwei Kunden in einer Mail"
    )

    assert "Zwei Kunden in einer Mail." in said
    assert details == ()


@pytest.mark.parametrize(
    ("language", "routed"),
    [("de", "Zugeordnet durch „Ausnahmen“, Zeile 5."), ("en", "Routed by “exceptions”, row 5.")],
)
def test_the_row_that_routed_an_incident_is_told_in_the_readers_language(language: str, routed: str) -> None:
    said, _ = told("incident.raised", language, code="other", connector="case", rule="Ausnahmen 5")

    assert said.endswith(routed)


def test_what_a_decision_saw_is_told_in_words_and_a_long_message_is_cut() -> None:
    facts = {"identity": "customer", "process": "complaint", "words": "der kessel ist undicht " * 20}
    said = dict(decided.grounds(facts, names("de")))

    assert said["Absender"] == "bekannt"
    assert said["Prozess"] == "Reklamation"
    assert said["Text"].startswith("der kessel ist undicht")
    assert len(said["Text"]) <= 102


def test_a_policy_is_told_by_its_reason_and_not_by_the_task_that_asks_for_it() -> None:
    about = {"policy": "legal", "title": "Die Teamleitung liest mit.", "task": 7}
    known = replace(names("de"), tasks=cast("Any", {7: SimpleNamespace(title=lambda _: "Freigeben: ...")}))

    assert phrasing.sentence("policy.approved", about, known) == "Freigegeben: Die Teamleitung liest mit."
