"""The nouns. One a file; a state moves only through its MOVES table."""

from cpm.model.absence import Absence
from cpm.model.audit import AuditEntry
from cpm.model.base import Base
from cpm.model.batch import UNDONE, Batch, BatchItem, BatchState, ItemState
from cpm.model.case import Case, CaseState, Event, Part, Variable
from cpm.model.customer import Customer, CustomerKind, CustomerStatus, Identifier
from cpm.model.definition import Binding, Definition, Resource, ResourceKind
from cpm.model.incident import Incident, IncidentState, Origin, Remedy
from cpm.model.interaction import Arrival, ArrivalState, Direction, Document, Interaction
from cpm.model.job import Job, JobKind, JobState
from cpm.model.message import Message, MessageTaker, Wait, WaitKind
from cpm.model.migration_plan import MigrationPlan
from cpm.model.people import Membership, Role, Team, User
from cpm.model.policy_approval import ApprovalState, PolicyApproval
from cpm.model.public_form import FormEntry, PublicForm
from cpm.model.request import Request
from cpm.model.saved_view import SavedView
from cpm.model.sign_in import FailedSignIn, SignIn
from cpm.model.suspension import Suspension, SuspensionState, Timers
from cpm.model.task import OF_PROCESS, OPEN_TASKS, Candidate, CandidateKind, Task, TaskKind, TaskState
from cpm.model.token import SCOPES, ApiToken, scopes_of

__all__ = [
    "OF_PROCESS",
    "OPEN_TASKS",
    "SCOPES",
    "UNDONE",
    "Absence",
    "ApiToken",
    "ApprovalState",
    "Arrival",
    "ArrivalState",
    "AuditEntry",
    "Base",
    "Batch",
    "BatchItem",
    "BatchState",
    "Binding",
    "Candidate",
    "CandidateKind",
    "Case",
    "CaseState",
    "Customer",
    "CustomerKind",
    "CustomerStatus",
    "Definition",
    "Direction",
    "Document",
    "Event",
    "FailedSignIn",
    "FormEntry",
    "Identifier",
    "Incident",
    "IncidentState",
    "Interaction",
    "ItemState",
    "Job",
    "JobKind",
    "JobState",
    "Membership",
    "Message",
    "MessageTaker",
    "MigrationPlan",
    "Origin",
    "Part",
    "PolicyApproval",
    "PublicForm",
    "Remedy",
    "Request",
    "Resource",
    "ResourceKind",
    "Role",
    "SavedView",
    "SignIn",
    "Suspension",
    "SuspensionState",
    "Task",
    "TaskKind",
    "TaskState",
    "Team",
    "Timers",
    "User",
    "Variable",
    "Wait",
    "WaitKind",
    "scopes_of",
]
