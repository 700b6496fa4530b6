"""What the checks say of rules beside each other, in both languages."""

from collections.abc import Iterable, Sequence

from rules.said import Said


def never_holds() -> Said:
    return Said(
        "Expected a test that some value can pass, but none can: this rule never fires.",
        "Diesen Test besteht kein Wert: Die Regel trifft nie zu.",
    )


def never_together(columns: Iterable[str]) -> Said:
    listed = "”, “".join(columns)
    return Said(
        f"Expected tests that some input can pass, but the cells “{listed}” contradict each other: this rule never fires.",
        f"Die Zellen „{listed.replace('”, “', '“, „')}“ widersprechen sich: Die Regel trifft nie zu.",
    )


def covered(rules: Sequence[int]) -> Said:
    one = len(rules) == 1
    return Said(
        f"Expected a rule that can fire, but {_numbers(rules, 'rule', 'rules', 'and')} before it "
        f"{'answers' if one else 'answer'} all its inputs: move it up, narrow {'that one' if one else 'those'} or delete it.",
        f"Diese Regel kommt nie zum Zug, weil {_numbers(rules, 'Regel', 'Regeln', 'und')} davor alle ihre Fälle "
        f"{'beantwortet' if one else 'beantworten'}: nach oben schieben, die andere enger fassen oder löschen.",
    )


def masked(rules: Sequence[int]) -> Said:
    return Said(
        f"Expected a rule that can fire, but {_numbers(rules, 'rule', 'rules', 'and')} with at least its priority "
        f"answer all its inputs: narrow the others or delete it.",
        f"Diese Regel kommt nie zum Zug, weil {_numbers(rules, 'Regel', 'Regeln', 'und')} mit mindestens gleichem Vorrang "
        f"alle ihre Fälle beantworten: die anderen enger fassen oder löschen.",
    )


def duplicate(number: int) -> Said:
    return Said(
        f"Expected a rule of its own, but it is the same as rule {number}: delete one of them.",
        f"Diese Regel ist dieselbe wie Regel {number}: eine davon löschen.",
    )


def overlap(number: int, example: str) -> Said:
    return Said(
        f"Expected one rule for each input, but rule {number} fires as well{_for(example, 'for')}: narrow one of them, "
        f"or use the hit policy FIRST.",
        f"Für jede Eingabe darf nur eine Regel zutreffen; Regel {number} trifft aber auch zu{_for(example, 'bei')}: eine "
        f"davon enger fassen oder die Trefferregel FIRST nehmen.",
    )


def disagreement(number: int, example: str) -> Said:
    return Said(
        f"Expected rules that agree, but rule {number} fires as well{_for(example, 'for')} and answers otherwise: "
        f"narrow one of them.",
        f"Zutreffende Regeln müssen dasselbe sagen; Regel {number} trifft aber auch zu{_for(example, 'bei')} und "
        f"antwortet anders: eine davon enger fassen.",
    )


def gap(example: str) -> Said:
    return Said(
        f"Expected a rule for each input, but none fires{_for(example, 'for')}: add one, or a last one that matches "
        f"everything.",
        f"Für jede Eingabe wird eine Regel erwartet; keine trifft aber zu{_for(example, 'bei')}: eine ergänzen, oder "
        f"eine letzte, die immer zutrifft.",
    )


def unchecked(what: Said) -> Said:
    return Said(
        f"Not checked for {what.en}: there are too many combinations.",
        f"Nicht geprüft auf {what.de}: Es sind zu viele Kombinationen.",
    )


def too_deep() -> Said:
    return Said("Not checked: this is nested too deep.", "Nicht geprüft: Das ist zu tief verschachtelt.")


def _for(example: str, word: str) -> str:
    return f" {word} {example}" if example else ""


def _numbers(rules: Sequence[int], one: str, many: str, joint: str) -> str:
    if len(rules) == 1:
        return f"{one} {rules[0]}"
    shown = [str(number) for number in rules[:6]] + (["..."] if len(rules) > 6 else [])
    return (
        f"{many} {', '.join(shown[:-1])} {joint} {shown[-1]}"
        if len(rules) <= 6
        else f"{many} {', '.join(shown)}"
    )


ROWS = Said("rules beside each other", "das Zusammenspiel der Regeln")
REACH = Said("rules that never fire", "Regeln, die nie zum Zug kommen")
OVERLAPS = Said("rules that overlap", "Überschneidungen")
GAPS = Said("gaps", "Lücken")
