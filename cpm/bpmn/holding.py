"""Holds the tokens of a model that goes in circles without waiting, or that splits into itself.

One fault stands for all tokens that cannot go on; the others stay as they are until it is settled.
"""

from typing import TYPE_CHECKING

from cpm.bpmn import compensation
from cpm.bpmn.spiff import READY, Token

if TYPE_CHECKING:
    from cpm.bpmn.runner import Runner

#: Moves of tokens within one step. A model that goes in circles without waiting is stopped here.
MOST_MOVES = 20_000
#: Tokens made within one step: one move may make thousands, as instances or because of a quantity.
MOST_MADE = 100_000
#: Tokens side by side in one process or subprocess; instances do not count. A model that splits into itself stops here.
MOST_TOKENS = 1_000


def endless(runner: "Runner", token: Token) -> str | None:
    """Why this token must not go on; but one that brings what is not kept with it has to, and nobody sees to `~undo`."""
    runner.moves += 1
    if token.brought or token.lenient or token.task_spec.name == compensation.UNDO:
        return None
    if runner.moves > MOST_MOVES:
        return f"Expected the process to wait at some time, but it made {MOST_MOVES} moves without."
    if runner.made > MOST_MADE:
        return f"Expected the process to wait at some time, but it made {MOST_MADE} tokens without."
    if token.workflow.breadth > MOST_TOKENS:
        return f"Expected at most {MOST_TOKENS} tokens in {token.workflow.spec.name!r}, but there are more."
    return None


def hold(runner: "Runner", token: Token, reason: str) -> None:
    if not _holding(runner):
        runner.park(token, "endless", reason)
        runner.holder = token.id


def release(runner: "Runner") -> bool:
    """Tokens held by an earlier step go on, unless the fault that stands for them all is still there."""
    held = [token for token in runner.tokens.values() if token.state == READY]
    if held and not _holding(runner):
        queued = {token.id for token in runner.ready}
        runner.ready.extendleft(token for token in reversed(held) if token.id not in queued)
    return bool(runner.ready)


def _holding(runner: "Runner") -> bool:
    holder = runner.tokens.get(runner.holder)
    return holder is not None and "fault" in holder.internal_data
