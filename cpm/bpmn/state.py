"""The tokens as few bytes: no model, no variables, nothing predicted or finished. Same tokens, same bytes.

The first byte is the format: 1 if all of the case's tokens are in it, 2 if instances lie in parts of their own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cpm.bpmn.happened import Decide
from cpm.bpmn.packing import APART, WHOLE, is_whole, packed, unpacked
from cpm.bpmn.places import Elsewhere, part_of
from cpm.bpmn.program import Program
from cpm.bpmn.rows import UnreadableState, all_rows, restore, rows_by_part
from cpm.bpmn.runner import Runner
from cpm.bpmn.spiff import READY, Token
from cpm.bpmn.step import Part

#: Events that only what happens at their own node or inside their host can reach.
_STILL = {"timer", "message", "error", "escalation", "compensation", "cancel"}


def save(runner: Runner) -> tuple[bytes, dict[int, Part | None]]:
    """The state, and the parts that are new or changed; None for those that are gone."""
    apart = any("apart" in token.internal_data for token in runner.tokens.values())
    if runner.parts.none_here:
        return packed(APART if apart else WHOLE, [runner.last_node, all_rows(runner)]), {}
    by_part = rows_by_part(runner)
    restless = _restless(runner)
    rows = [row for part in sorted({0} | restless) for row in by_part.pop(part)]
    within = {str(part): runner.parts.last[part] for part in sorted(restless)}
    state = packed(APART if apart else WHOLE, [runner.last_node, rows, *([within] if within else [])])
    parts = {part: packed(APART, [runner.parts.last[part], rows]) for part, rows in by_part.items()}
    return state, runner.parts.changed(parts)


def _restless(runner: Runner) -> set[int]:
    """Parts that stay in the state, because they may have to move though nothing happened in them."""
    found: set[int] = set()
    for token in runner.tokens.values():
        part = part_of(token.id)
        while part and part not in found and _moves_by_itself(token):
            found.add(part)
            part = part_of(runner.parts.body(part))
    return found


def _moves_by_itself(token: Token) -> bool:
    if token.state == READY or token.internal_data.get("fault", [""])[0] == "endless":
        return True
    event = token.task_spec.event
    waits = event is not None and token.task_spec.waits
    return waits and any(each.kind not in _STILL for each in (event.each or (event,)))


def load(
    program: Program,
    state: bytes,
    scopes: Mapping[str, Mapping[str, Any]],
    *,
    now: datetime | None = None,
    decide: Decide | None = None,
    elsewhere: Elsewhere | None = None,
    at: int = 0,
) -> Runner:
    """A runner with the tokens of `state`, and of the part in which the node `at` lies; raises UnreadableState."""
    last_node, trees, *within = unpacked(state)
    if not is_whole(state) and elsewhere is None:
        raise UnreadableState("Expected to be told where the rest of a process state lies, but nobody says.")
    runner = Runner(program, scopes, now=now, decide=decide, last_node=last_node, elsewhere=elsewhere)
    restore(runner, trees)
    runner.parts.loaded(within[0] if within else {}, whole=is_whole(state))
    runner.parts.reach(at)
    return runner
