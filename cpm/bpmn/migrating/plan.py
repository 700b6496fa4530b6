"""What a migration is told, and what it answers when it cannot be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cpm.bpmn.findings import Reason


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that a person should look at before the plan is used."""

    element: str  #: of the old version, or of the new one if it is new
    target: str | None  #: what it was matched with, by a guess
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """Which element becomes which, by their ids.

    An element of a called process has the process before its id: `goodwill/check`.
    """

    elements: Mapping[str, str]
    doubts: tuple[Doubt, ...] = ()
    flows: Mapping[str, str] = field(default_factory=dict)
    """For tokens that wait at a gateway: the flow they came on, and what it is now. Those that are not named are found.
    A flow that is new at a parallel join may become "": its branch does not begin beside what runs, it counts as passed."""
    anew: frozenset[str] = frozenset()
    """Elements (old ids) at which that is settled anew which a token keeps otherwise: due times, names and keys of
    messages, who does a task, a job's type."""
    forgotten: frozenset[str] = frozenset()
    """Elements (old ids) that were done and could be undone, of which that may be forgotten."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case cannot be migrated: a token of it, where it is, and what to do about it."""

    node: int
    element: str
    name: str
    reason: Reason


class CannotMigrate(ValueError):
    """The case stays as it is; nothing was changed."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        super().__init__(" ".join(each.reason.english for each in obstacles))
        self.obstacles = obstacles
