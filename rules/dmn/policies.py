"""The hit policy of a table, looked at with the outputs that it settles."""

from rules.dmn.elements import Element, name_of
from rules.dmn.findings import Document
from rules.dmn.hits import POLICIES


def policy_of(table: Element, outputs: list[Element], document: Document) -> str:
    policy = " ".join((table.get("hitPolicy") or "UNIQUE", table.get("aggregation") or "")).strip()
    if policy not in POLICIES:
        document.refuse(
            table,
            f"Expected a hit policy, one of {', '.join(POLICIES)}, but “{policy}” is none.",
            f"Die Trefferregel „{policy}“ gibt es nicht, sondern nur {', '.join(POLICIES)}.",
        )
    if not outputs:
        document.refuse(
            table,
            "Expected at least one output, but there is none.",
            "Die Tabelle hat keine Spalte für das Ergebnis; wenigstens eine muss es sein.",
        )
    named = [name_of(output) for output in outputs]
    if len(outputs) > 1 and ("" in named or len(set(named)) < len(named)):
        document.refuse(
            table,
            "Expected a name of its own for each output, but one has none, or two share it.",
            "Jede Ergebnisspalte braucht einen eigenen Namen; eine hat keinen, oder zwei haben denselben.",
        )
    if policy.startswith("COLLECT ") and len(outputs) > 1:
        document.refuse(
            table,
            f"Expected one output to collect, but there are {len(outputs)}.",
            f"{policy} rechnet mit einer Ergebnisspalte; hier sind es {len(outputs)}.",
        )
    return policy
