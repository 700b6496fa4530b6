"""What policies say and what people answer: verdicts, refusals that name the policies, and the words beside a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from cpm.errors import CpmError


class Verdict(StrEnum):
    """From the mildest to the strictest."""

    ALLOW = "allow"
    WARN = "warn"  #: only by somebody who has seen the warning
    APPROVAL = "approval"  #: only after somebody else has approved it
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Policy:
    """One row of policies.dmn that speaks about an act."""

    key: str
    verdict: Verdict
    reason_de: str
    reason_en: str
    approver: str | None = None  #: the team that approves
    override: str | None = None  #: the role that may go on with a reason

    def reason(self, language: str) -> str:
        return self.reason_en if language == "en" else self.reason_de


@dataclass(frozen=True, slots=True)
class Act:
    """What is about to be done."""

    action: str
    element: str | None = None
    type: str | None = None  #: "connector.operation" of a machine's step
    given: Mapping[str, Any] = field(default_factory=dict)  #: data that are handed in, or a call's inputs
    about: Mapping[str, Any] = field(default_factory=dict)  #: further facts: code, outcome, team, until
    subject: str = ""  #: what it is done to, such as "task 7"


@dataclass(frozen=True, slots=True)
class Assent:
    """What somebody says beside a command: that they know, why they go on, or why somebody should approve."""

    confirmed: frozenset[str] = frozenset()  #: keys of policies whose warning they have seen
    override: str = ""  #: why they go on against a refusal
    ask: str = ""  #: why it should be approved; the approval is asked for, nothing else is done
    program: bool = False  #: it is a program that asks, with a user's token


NOTHING_SAID = Assent()


class PolicyRefusal(CpmError):
    """Policies speak against a command; nothing of it was done."""

    status = 409
    kind: ClassVar[str] = "policy"

    def __init__(
        self,
        message: str,
        policies: Sequence[Policy],
        *,
        de: str,
        case_id: int,
        act: Act,
        evidence: Mapping[str, Any],
        state: str | None = None,
        may_approve: bool = False,
        may_override: bool = False,
    ) -> None:
        super().__init__(message, de=de)
        self.policies = tuple(policies)
        self.case_id, self.act, self.evidence = case_id, act, evidence
        self.state = state  #: of an approval that was asked for: asked, refused
        self.may_approve = may_approve  #: whoever was refused may themselves approve it, giving a reason
        self.may_override = may_override  #: whoever was refused may go on, giving a reason


class PolicyWarning(PolicyRefusal):
    """It may be done by somebody who confirms that they have seen the warning."""

    kind = "policy-warning"


class PolicyNeedsApproval(PolicyRefusal):
    """Somebody else must approve exactly this first."""

    kind = "policy-approval"


class PolicyRefused(PolicyRefusal):
    """It must not be done."""

    status = 403
    kind = "policy-refused"
