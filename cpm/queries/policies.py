"""Which policies speak about an act: `rules/policies.dmn` on the facts of this moment. Enforcing them is the commands'.

Facts are found when a cell of the table comes to look at them, so most acts cost no statement.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cpm import steering_facts
from cpm.errors import CpmError, NotFound
from cpm.model import Case, Incident, IncidentState, Origin
from cpm.policies import Act, Policy, Verdict
from cpm.queries.amounts import amount
from cpm.uow import UnitOfWork
from rules import dmn

log = logging.getLogger(__name__)

DECISION = "policies"
#: The policy that speaks when the table cannot be read or does not answer: no machine goes on, a supervisor may.
FAILED = "policies_failed"
See = Callable[[], Mapping[str, Any]]
_STRICTEST_FIRST = tuple(reversed(Verdict))
_ACTIONS_OF_MACHINES = frozenset({"send", "call"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """The policies that do not simply allow it, the strictest first, and what they stand on."""

    policies: tuple[Policy, ...] = ()
    version: int | None = None
    result: dmn.Result | None = None
    seen: Mapping[str, Any] | None = None  #: facts that were looked at
    failed: str | None = None  #: why the table could not answer

    def of(self, verdict: Verdict) -> list[Policy]:
        return [policy for policy in self.policies if policy.verdict == verdict]


def spoken(uow: UnitOfWork, case: Case, act: Act, see: See) -> Spoken:
    """What policies say; `see` gives the case's data as the act's place in the process sees them.

    An installation that never deployed a table has no policies. A table that cannot be read or cannot answer refuses.
    """
    facts = Facts(uow, case, act, see)
    try:
        table = uow.library.steering(DECISION)
    except NotFound as error:
        return _failed(error) if uow.library.unreadable(DECISION) else Spoken()
    try:
        result = table.model.evaluate(DECISION, facts, now=uow.local_now)
        rows = result.value if isinstance(result.value, list) else [result.value]
        found = [_policy(row) for row in rows]
    except (CpmError, ValueError, TypeError, LookupError, ArithmeticError) as error:
        return _failed(error)
    speaking = [policy for policy in found if policy.verdict != Verdict.ALLOW]
    speaking.sort(key=lambda policy: _STRICTEST_FIRST.index(policy.verdict))
    return Spoken(tuple(speaking), table.version, result, facts.seen)


class Facts(Mapping[str, Any]):
    """Exactly those that `steering_facts` names, each found when it is asked for; null if unknown."""

    def __init__(self, uow: UnitOfWork, case: Case, act: Act, see: See) -> None:
        self._uow, self._case, self._act, self._see = uow, case, act, see
        self._names = steering_facts.names(DECISION)
        self._data: dict[str, Any] | None = None
        self.seen: dict[str, Any] = {}  #: what was looked at, but for the data as a whole

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise KeyError(name)
        if name == "data":
            return self.data
        if name not in self.seen:
            self.seen[name] = self._found(name)
        return self.seen[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    @property
    def data(self) -> dict[str, Any]:
        """What is handed in counts as if it were taken already."""
        if self._data is None:
            self._data = {**self._see(), **self._act.given}
        return self._data

    def _found(self, name: str) -> Any:
        match name:
            case "action" | "element":
                return getattr(self._act, name)
            case "process" | "channel" | "language":
                return getattr(self._case, name)
            case "connector" | "operation":
                connector, _, operation = (self._act.type or self._type() or "").partition(".")
                return (connector if name == "connector" else operation) or None
            case "actor_kind":
                return self._actor_kind()
            case "roles" | "teams":
                return self._of_actor(name)
            case "consumer":
                return self.data.get("consumer", self._is_person())
            case "amount":
                return amount(self.data)
            case "open_special_cases":
                return self._open_special_cases()
            case "customer_value":
                return self.data.get(name)
        return self._act.about.get(name)

    def _type(self) -> str | None:
        """What people do about a machine's step is about its system too, where the model fixes that."""
        services = self._uow.bundle(self._case).program.services if self._act.element else ()
        return next((each.type for each in services if each.element == self._act.element), None)

    def _is_person(self) -> bool | None:
        kind = self.data.get("customer_kind")
        return None if kind is None else kind == "person"

    def _actor_kind(self) -> str:
        if self._uow.assent.program:
            return "program"
        if self._act.action in _ACTIONS_OF_MACHINES:
            return "engine"
        return "person" if self._uow.acting() else "engine"

    def _of_actor(self, name: str) -> list[str]:
        """A machine acts for nobody, even where somebody's command led to it."""
        user = None if self._act.action in _ACTIONS_OF_MACHINES else self._uow.acting()
        if user is None:
            return []
        return sorted(user.teams if name == "teams" else user.roles)

    def _open_special_cases(self) -> list[str]:
        """Codes of the open incidents about the matter itself, but for the one that is just being settled."""
        found = select(Incident.code, Incident.id).where(
            Incident.case_id == self._case.id,
            Incident.state == IncidentState.OPEN,
            Incident.origin.in_((Origin.MODEL, Origin.DECLARED)),
        )
        own = self._act.subject
        return sorted(code for code, key in self._uow.session.execute(found) if own != f"incident {key}")


def _policy(row: Any) -> Policy:
    return Policy(
        key=_text(row, "policy") or FAILED,
        verdict=Verdict(row["verdict"]),
        reason_de=_text(row, "reason_de") or "",
        reason_en=_text(row, "reason_en") or "",
        approver=_text(row, "approver"),
        override=_text(row, "override"),
    )


def _text(row: Any, column: str) -> str | None:
    """A cell may hold an expression, and come to anything; what no database keeps is no answer either."""
    value = row[column]
    if value is not None and (not isinstance(value, str) or "\0" in value):
        raise TypeError(f"Expected {column} to be a text, but it is {value!r:.60}")
    return value


def _failed(error: Exception) -> Spoken:
    log.error("policies.failed", exc_info=error)
    policy = Policy(
        FAILED,
        Verdict.REFUSE,
        "Die Tabelle der Regeln (policies.dmn) kann nicht befragt werden. Bitte dem IT-Betrieb melden.",
        "The table of policies (policies.dmn) cannot be asked. Please tell IT operations.",
        override="supervisor",
    )
    return Spoken((policy,), failed=f"{DECISION} failed: {error}")
