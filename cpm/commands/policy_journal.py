"""What policies did to an act, in the case's journal: one function a word, each with the decision's evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cpm.commands import evidence, interventions
from cpm.model import Case
from cpm.policies import Act, Policy
from cpm.queries import policies as table
from cpm.queries.policies import Spoken
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Speaking:
    """One policy, what it speaks about, and what that stands on."""

    act: Act
    policy: Policy
    told: Mapping[str, Any]  #: as `evidence.told`

    def about(self) -> dict[str, Any]:
        named = {"policy": self.policy.key, "action": self.act.action, "element": self.act.element}
        return {**named, "title": self.policy.reason_de, "title_en": self.policy.reason_en, **self.told}


def told(spoken: Spoken) -> dict[str, Any]:
    """The evidence, with every fact that was looked at; the case's data as a whole are not repeated."""
    if spoken.result is None:
        return {"decision": table.DECISION, "failed": spoken.failed}
    seen = {name: value for name, value in (spoken.seen or {}).items() if value is not None}
    of_table = evidence.told(table.DECISION, spoken.version, spoken.result)
    return {**of_table, "facts": evidence.kept(seen)}


def warned(uow: UnitOfWork, case: Case, about: Speaking) -> None:
    told = about.about()
    uow.record(case, "policy.warned", **told)
    if uow.acting() is not None:  # a machine cannot be warned, it only goes on
        interventions.until_the_end(uow, case)


def refused(uow: UnitOfWork, case: Case, about: Speaking) -> None:
    told = about.about()
    uow.record(case, "policy.refused", **told)


def overridden(uow: UnitOfWork, case: Case, about: Speaking, *, reason: str) -> None:
    told = about.about()
    uow.record(case, "policy.overridden", reason=reason, **told)
    interventions.until_the_end(uow, case)


def asked(
    uow: UnitOfWork, case: Case, about: Speaking, *, reason: str, team: str, due: datetime | None, task: int
) -> None:
    told = about.about()
    uow.record(case, "policy.asked", reason=reason, team=team, due=due, task=task, **told)


def approved(
    uow: UnitOfWork, case: Case, about: Speaking, *, reason: str | None, task: int | None = None
) -> None:
    told = about.about()
    uow.record(case, "policy.approved", reason=reason, task=task, **told)


def rejected(uow: UnitOfWork, case: Case, about: Speaking, *, reason: str, task: int) -> None:
    told = about.about()
    uow.record(case, "policy.rejected", reason=reason, task=task, **told)


def approval_used(uow: UnitOfWork, case: Case, about: Speaking, *, by: str | None) -> None:
    told = about.about()
    uow.record(case, "policy.approval_used", by=by, **told)
    interventions.until_the_end(uow, case)
