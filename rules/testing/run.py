"""Runs the tests of one table, and says of each what came otherwise than expected."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from rules import dmn
from rules.feel import FeelError, to_feel, to_string
from rules.feel.comparison import equal
from rules.feel.frames import Run
from rules.said import Said
from rules.testing.cases import NOTHING, Case
from rules.testing.coverage import Coverage, covered


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one test; it passed if there are no faults."""

    case: Case
    faults: tuple[Said, ...]
    fired: Mapping[str, tuple[int, ...]]  #: the rules, by decision
    value: object


@dataclass(frozen=True, slots=True)
class Report:
    outcomes: tuple[Outcome, ...]
    coverage: tuple[Coverage, ...]


def run(content: bytes, model: dmn.Model, cases: Iterable[Case]) -> Report:
    """All tests of the model that was read from this content, and which of its rules they made fire."""
    evidence: list[dmn.Evidence] = []
    outcomes = tuple(_outcome(model, case, evidence) for case in cases)
    return Report(outcomes, covered(content, evidence))


def _outcome(model: dmn.Model, case: Case, evidence: list[dmn.Evidence]) -> Outcome:
    unknown = tuple(_unknown_facts(model, case))
    try:
        result = model.evaluate(case.decision, case.facts, case.now)
    except (dmn.EvaluationError, TypeError) as error:
        return Outcome(case, (*unknown, *_refused(case, error)), {}, None)
    evidence += result.evidence
    fired: dict[str, tuple[int, ...]] = {}
    for each in result.evidence:
        numbers = (rule.number for rule in each.rules)
        fired[each.decision] = (*fired.get(each.decision, ()), *numbers)
    faults = (*unknown, *_faults(case, fired, result.value))
    return Outcome(case, faults, fired, result.value)


def _unknown_facts(model: dmn.Model, case: Case) -> Iterator[Said]:
    """A fact that nobody reads is a mistake in writing: the test would pass or fail for another reason."""
    known = {*model.decisions[case.decision].inputs, *_names(model)}
    for name in case.facts.keys() - known:
        close = get_close_matches(name, known, 1)
        en, de = (f"; did you mean “{close[0]}”?", f"; ist „{close[0]}“ gemeint?") if close else (".", ".")
        yield Said(
            f"Expected a fact that “{case.decision}” reads, but “{name}” is none{en}",
            f"Erwartet wird eine Angabe, die „{case.decision}“ liest; „{name}“ ist keine{de}",
        )


def _names(model: dmn.Model) -> Iterator[str]:
    """Of all nodes; those of imported documents also as `{namespace}name`."""
    for key, node in model.nodes.items():
        yield node.name
        namespace, imported, _ = key.rpartition("}")
        if imported:
            yield f"{namespace}}}{node.name}"


def _refused(case: Case, error: dmn.EvaluationError | TypeError) -> Iterator[Said]:
    """What a test expects may be words of the German sentence, too: that is what a German designer sees."""
    reason = str(error)
    german = error.german if isinstance(error, dmn.EvaluationError) else reason
    if case.error is None:
        yield Said(f"Expected an answer, but: {reason}", f"Erwartet wird eine Antwort, aber: {german}")
    elif case.error not in reason and case.error not in german:
        yield Said(
            f"Expected a refusal with “{case.error}”, but it says: {reason}",
            f"Erwartet wird eine Ablehnung mit „{case.error}“; sie lautet aber: {german}",
        )


def _faults(case: Case, fired: Mapping[str, tuple[int, ...]], value: object) -> Iterator[Said]:
    if case.error is not None:
        yield Said(
            f"Expected a refusal with “{case.error}”, but the answer is {_text(value)}.",
            f"Erwartet wird eine Ablehnung mit „{case.error}“; die Antwort ist aber {_text(value)}.",
        )
    for decision, numbers in (case.rules or {}).items():
        if sorted(numbers) != sorted(fired.get(decision, ())):
            yield _other_rules(decision, numbers, fired.get(decision, ()))
    if case.result is not NOTHING and not _same(case.result, value):
        yield _other_value("", case.result, value)
    for name, wanted in (case.contains or {}).items():
        found = value.get(name, NOTHING) if isinstance(value, dict) else NOTHING
        if found is NOTHING or not _same(wanted, found):
            yield _other_value(name, wanted, found)


def _other_rules(decision: str, wanted: tuple[int, ...], found: tuple[int, ...]) -> Said:
    return Said(
        f"Expected {_rules(wanted, 'rule', 'rules', 'no rule')} of “{decision}” to fire, "
        f"but {_rules(found, 'rule', 'rules', 'none')} did.",
        f"Erwartet: {_rules(wanted, 'Regel', 'Regeln', 'keine Regel')} von „{decision}“; "
        f"es trifft aber {_rules(found, 'Regel', 'Regeln', 'keine')} zu.",
    )


def _rules(numbers: tuple[int, ...], one: str, many: str, none: str) -> str:
    listed = ", ".join(map(str, numbers))
    return f"{one if len(numbers) == 1 else many} {listed}" if numbers else none


def _other_value(name: str, wanted: object, found: object) -> Said:
    what = f"{name} = " if name else ""
    en, de = (
        ("nothing of that name", "nichts dieses Namens") if found is NOTHING else (_text(found), _text(found))
    )
    return Said(
        f"Expected {what}{_text(wanted)}, but got {en}.",
        f"Erwartet: {what}{_text(wanted)}; es ist aber {de}.",
    )


def _same(wanted: object, found: object) -> bool:
    """As FEEL compares: 1.0 is 1, and all entries of a context count."""
    return equal(to_feel(wanted), to_feel(found), Run()) is True


def _text(value: object) -> str:
    try:
        written = to_string(to_feel(value))
    except (TypeError, FeelError):
        return repr(value)
    return f'"{written}"' if isinstance(value, str) else str(written)
