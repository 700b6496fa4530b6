"""Moves a running case to another version of its process: a proposal, what speaks against it, and the move itself.

As pure as the rest of `cpm.bpmn`. A token that goes on keeps its node number, so that whatever stands at it outside
(task, draft, job, timer, wait, incident) goes on with it; what has no place in the new version is refused, never dropped.
`docs/migrating.md` tells what can be migrated.
"""

from cpm.bpmn.migrating.differences import Difference, differences
from cpm.bpmn.migrating.migrate import migrate
from cpm.bpmn.migrating.plan import CannotMigrate, Doubt, Obstacle, Plan
from cpm.bpmn.migrating.problems import problems
from cpm.bpmn.migrating.propose import propose

__all__ = [
    "CannotMigrate",
    "Difference",
    "Doubt",
    "Obstacle",
    "Plan",
    "differences",
    "migrate",
    "problems",
    "propose",
]
