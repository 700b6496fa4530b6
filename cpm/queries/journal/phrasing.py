"""From an entry's particulars to its sentence, and to the lines below it."""

import re
from collections.abc import Mapping
from typing import Any

from cpm import writing
from cpm.forms import Form
from cpm.forms.show_rows import show_field
from cpm.queries import (
    erp_words,
    link_words,
    notice_words,
    steering_words,
    stopping_policies,
    troubles,
    verdicts,
    wording,
    words,
)
from cpm.queries.journal import decided, standings
from cpm.queries.journal.names import Names
from cpm.queries.journal.sentences import SENTENCES

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
#: What `_said` makes besides the particulars as they were recorded.
DERIVED = frozenset({"title", "step", "system", "trouble", "verdict"})
_EMPTY: tuple[object, ...] = (None, "", [])
_MACHINES_SPEAK = frozenset(
    {"job.postponed", "reply.postponed", "job.refused", "incident.raised", "incident.auto_failed"}
)
_WHOLE_SENTENCES = ("why", "note", "reason")


def sentence(what: str, particulars: Mapping[str, Any], names: Names) -> str:
    """The word itself where there is no sentence: a journal is never kept from its reader."""
    if what not in SENTENCES:
        return what
    template = SENTENCES[what][names.language == "en"]
    said = _said(what, particulars, names)
    kept = _OPTIONAL.sub(
        lambda part: part[1] if writing.placeholders(part[1]) <= said.keys() else "", template
    )
    return _closed(wording.filled(kept, said, names.language, names.zone))


def alone(sentence: str) -> str:
    """Where the lines below it are not shown."""
    return f"{sentence[:-1]}." if sentence.endswith(":") else sentence


def details(what: str, particulars: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    """Label and value: the data of a form or a remedy, what a decision said, a machine's own words, changed data."""
    return (
        *_details(what, particulars, names),
        *standings.changed(particulars, names),
        *_batch(particulars, names.language),
    )


def _batch(particulars: Mapping[str, Any], language: str) -> tuple[tuple[str, str], ...]:
    """Of which bulk act an intervention was a part; what followed from it needs no word of that."""
    if "batch" not in particulars or "before" not in particulars:
        return ()
    return (("Batch" if language == "en" else "Sammelauftrag", str(particulars["batch"])),)


def _details(what: str, particulars: Mapping[str, Any], names: Names) -> tuple[tuple[str, str], ...]:
    if stopping_policies.is_told(particulars):
        return ()  # an entry of its own says which policies and why
    if _is_of_machine(what, particulars):
        return ((words.technical(names.language), str(particulars["why"])),)
    match what:
        case "task.completed" | "incident.resolved" | "case.corrected":
            task = names.tasks.get(particulars.get("task", 0))
            form = names.form(task) if task else None
            new = {
                name: value
                for name, value in (particulars.get("data") or {}).items()
                if name not in (particulars.get("changed") or {})  # told with what it was before
            }
            return tuple(_data(new, form, names))
        case "decision.made" | "case.steered":
            return decided.lines(particulars, names)
    return ()


def _said(what: str, particulars: Mapping[str, Any], names: Names) -> dict[str, str]:
    """Every particular as a person reads it; values that are missing are left out."""
    made: dict[str, Any] = {**particulars, "title": names.title(particulars)}
    made["reason"] = particulars.get("reason_en" if names.language == "en" else "reason") or made.get(
        "reason"
    )
    made["step"] = names.step(particulars.get("element") or _element_of(particulars.get("key")))
    if event := _notice_of(particulars):
        made["step"] = made["name"] = names.notice(event)
    made["rules"] = decided.numbers(particulars.get("rules"))
    made["verdict"] = verdicts.verdict(names.bundle, particulars, names.language, names.money)
    made["trouble"] = _trouble(what, particulars, names.language)
    if _is_of_machine(what, particulars):
        del made["why"]
    if "why_en" in particulars and names.language == "en":
        made["why"] = particulars["why_en"]
    if "type" in particulars:
        by = particulars.get("connector")
        made["system"] = words.system(particulars["type"], names.language, connector=by)
    if particulars.get("attempt") == 1 and "until" not in particulars:
        del made["attempt"]  # that it went well at once is not worth a word
    for name, word in (
        ("team", names.team),
        ("was", names.team),
        ("assignee", names.user),
        ("absent", names.user),
        ("holder", names.user),
        ("kept_for", names.user),
        ("by", names.user),
        ("author", names.user),
        ("told", lambda logins: ", ".join(names.user(each) for each in logins)),
        ("of", names.step),
        ("ending", lambda key: words.ending(key, names.language)),
        ("left", lambda elements: _steps(elements, names)),
        ("to", lambda to: to if isinstance(to, str) else _receivers(to, names)),
        ("decision", names.decision),
        ("called", names.process),
        ("outcome", lambda key: link_words.outcome(names.bundle, key, names.language)),
        ("remedy", lambda key: words.remedy(key, names.language)),
        ("link", lambda kind: link_words.between(kind, names.language)),
        ("rule", lambda rule: steering_words.row(rule, names.language)),
        ("erp", lambda key: erp_words.name(key, names.language)),
        ("main", lambda key: erp_words.name(key, names.language)),
        ("severity", lambda key: words.severity(key, names.language)),
        ("channel", lambda key: words.channel(key, names.language)),
    ):
        if made.get(name) is not None:
            made[name] = word(made[name])
    if particulars.get("name") and particulars.get("element") and "type" in particulars:
        made["name"] = made["step"]
    made |= {name: _closed(str(made[name])) for name in _WHOLE_SENTENCES if made.get(name)}
    told = {name: names.written(value, name) for name, value in made.items() if value not in _EMPTY}
    if what == "case.resumed" and told.get("before") == told.get("due"):
        told.pop("before", None)  # it stood still for so short a time that the due time is the same
    return told


def _receivers(to: list[str], names: Names) -> str:
    """Of a mail its addresses, of a case that is moved the steps it goes to."""
    return ", ".join(to) if all("@" in each for each in to) else _steps(to, names)


def _steps(elements: list[str], names: Names) -> str:
    quoted = "“{}”" if names.language == "en" else "„{}“"
    return ", ".join(
        quoted.format(wording.place_name(names.bundle, each, names.language)) for each in elements
    )


def _trouble(what: str, particulars: Mapping[str, Any], language: str) -> str | None:
    """What went wrong in the reader's language; None where a person told it."""
    code = str(particulars.get("code"))
    if what in ("job.postponed", "reply.postponed"):
        return troubles.so_far(code, language)
    if _is_of_machine(what, particulars):
        return troubles.told(code, "job", None, language)
    return troubles.known(code, language)


def _is_of_machine(what: str, particulars: Mapping[str, Any]) -> bool:
    """Whether `why` is what another system or our own program said, in its language; "case" is what people raise."""
    spoken = what in _MACHINES_SPEAK and particulars.get("connector") != "case"
    return spoken and bool(particulars.get("why"))


def _element_of(key: str | None) -> str | None:
    """A job's key names its step: C-000042-7/send_answer/17."""
    parts = (key or "").split("/")
    return parts[1] if len(parts) > 1 else None


def _notice_of(particulars: Mapping[str, Any]) -> str | None:
    """The event of which a call tells the customer that stands at no step: C-000042-7/None/None/notice/still_working."""
    parts = str(particulars.get("key") or "").split("/")
    if parts[1:4] == ["None", "None", "notice"] and len(parts) > 4:
        return parts[4]
    alone = particulars.get("type") == notice_words.TYPE and particulars.get("element") is None
    return particulars.get("name") if alone else None


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?", ":", wording.MISSING)) else f"{text}."


def _data(data: Mapping[str, Any], form: Form | None, names: Names) -> list[tuple[str, str]]:
    """What was entered; what was left empty is left out."""
    fields = {field.key: field for field in form.fields} if form else {}
    lines = []
    for key, value in data.items():
        field = fields.get(key)
        options = {option.value: option.label(names.language) for option in field.options} if field else None
        name = "amount" if field is not None and field.unit == "EUR" else key
        if value in _EMPTY:
            continue
        if field is not None and (field.rows or field.files):
            lines.append((names.label(key), show_field(field, value, names.language, names.zone)))
        else:
            lines.append((names.label(key), names.value(value, name, options)))
    return lines
