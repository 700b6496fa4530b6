"""A subprocess out of which everything has moved is no more."""

from typing import TYPE_CHECKING

from cpm.bpmn.migrating.allowed import stands
from cpm.bpmn.migrating.growing import Row

if TYPE_CHECKING:
    from cpm.bpmn.migrating.placing import Placing


def leave_empty(placing: "Placing") -> None:
    """It ends without being left: what was in it stands elsewhere now. The innermost first."""
    for tree in reversed(placing.old_trees[1:]):
        grown = placing.trees.get(tree.host.id)
        if grown is None or tree.ad_hoc or not any(map(stands, tree.live())):
            continue
        beside = [row for row in grown.rows if row.parent or placing.spec(row).listens]
        inner = [each for each in placing.trees.values() if each.around is grown]
        if len(beside) == len(grown.rows) and not inner:
            del placing.trees[grown.host]
            _drop(placing, placing.rows[grown.host])
            placing.lifted.append(grown.host)


def _drop(placing: "Placing", row: Row | None) -> None:
    assert row is not None, "its host was there"
    for each in [each for each in row.tree.rows if each.parent == row.node]:
        _drop(placing, each)
    row.tree.rows.remove(row)
    placing.rows[row.node] = None
