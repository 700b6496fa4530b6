"""The nouns. One a file; a state moves only through its MOVES table."""

from cpm.model.absence import Absence
from cpm.model.audit import AuditEntry
from cpm.model.base import Base
from cpm.model.batch import UNDONE, Batch, BatchItem, BatchState, ItemState
from cpm.model.case import Case, CaseState, Event, Part, Variable
from cpm.model.case_link import CaseLink, LinkKind
from cpm.model.comment import Comment, Mention
from cpm.model.contact import Address, Consent, Contact
from cpm.model.customer import Customer, CustomerKind, CustomerStatus
from cpm.model.customer_note import CustomerNote
from cpm.model.customer_words import CustomerAttribute, CustomerTerm, CustomerValue, Term, TermKind
from cpm.model.definition import Binding, Definition, Resource, ResourceKind
from cpm.model.document import Content, ContentPart, Document, Risk, Scan
from cpm.model.duplicate import Duplicate, DuplicateState, IdentityKey, Merge, MergedRow
from cpm.model.erp_change import ChangeState, ErpChange, ErpSeen
from cpm.model.erp_errand import ErpErrand, Errand
from cpm.model.erp_finding import ErpFinding
from cpm.model.erp_link import ErpLink, LinkedKind
from cpm.model.erp_product import ErpProduct
from cpm.model.erp_view import ErpParty, ErpView
from cpm.model.follow_up import FollowUp
from cpm.model.identifier import Identifier
from cpm.model.incident import Incident, IncidentState, Origin, Remedy
from cpm.model.interaction import Arrival, ArrivalState, Direction, Interaction, RawMessage
from cpm.model.job import Job, JobKind, JobState
from cpm.model.mailbox import Afterwards, MailAddress, Mailbox, MailboxState, Security, Unfetched
from cpm.model.message import Message, MessageTaker, Wait, WaitKind
from cpm.model.migration_plan import MigrationPlan
from cpm.model.people import Membership, Role, Team, User
from cpm.model.policy_approval import ApprovalState, PolicyApproval
from cpm.model.presence import Presence
from cpm.model.public_form import FormEntry, PublicForm
from cpm.model.reply import Reply, ReplyState
from cpm.model.request import Request
from cpm.model.saved_view import SavedView
from cpm.model.sending import Sending
from cpm.model.sign_in import FailedSignIn, SignIn
from cpm.model.status import StatusAnswer, StatusLink
from cpm.model.suggestion import DeclineReason, Suggestion, SuggestionState
from cpm.model.suspension import Suspension, SuspensionState, Timers
from cpm.model.talk import Talk, TalkRing, TalkState
from cpm.model.task import OF_PROCESS, OPEN_TASKS, Candidate, CandidateKind, Task, TaskKind, TaskState
from cpm.model.task_draft import TaskDraft
from cpm.model.token import SCOPES, ApiToken, scopes_of
from cpm.model.webhook import Webhook, WebhookMiss
from cpm.model.wrap_up import WrapUp

__all__ = [
    "OF_PROCESS",
    "OPEN_TASKS",
    "SCOPES",
    "UNDONE",
    "Absence",
    "Address",
    "Afterwards",
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
    "CaseLink",
    "CaseState",
    "ChangeState",
    "Comment",
    "Consent",
    "Contact",
    "Content",
    "ContentPart",
    "Customer",
    "CustomerAttribute",
    "CustomerKind",
    "CustomerNote",
    "CustomerStatus",
    "CustomerTerm",
    "CustomerValue",
    "DeclineReason",
    "Definition",
    "Direction",
    "Document",
    "Duplicate",
    "DuplicateState",
    "ErpChange",
    "ErpErrand",
    "ErpFinding",
    "ErpLink",
    "ErpParty",
    "ErpProduct",
    "ErpSeen",
    "ErpView",
    "Errand",
    "Event",
    "FailedSignIn",
    "FollowUp",
    "FormEntry",
    "Identifier",
    "IdentityKey",
    "Incident",
    "IncidentState",
    "Interaction",
    "ItemState",
    "Job",
    "JobKind",
    "JobState",
    "LinkKind",
    "LinkedKind",
    "MailAddress",
    "Mailbox",
    "MailboxState",
    "Membership",
    "Mention",
    "Merge",
    "MergedRow",
    "Message",
    "MessageTaker",
    "MigrationPlan",
    "Origin",
    "Part",
    "PolicyApproval",
    "Presence",
    "PublicForm",
    "RawMessage",
    "Remedy",
    "Reply",
    "ReplyState",
    "Request",
    "Resource",
    "ResourceKind",
    "Risk",
    "Role",
    "SavedView",
    "Scan",
    "Security",
    "Sending",
    "SignIn",
    "StatusAnswer",
    "StatusLink",
    "Suggestion",
    "SuggestionState",
    "Suspension",
    "SuspensionState",
    "Talk",
    "TalkRing",
    "TalkState",
    "Task",
    "TaskDraft",
    "TaskKind",
    "TaskState",
    "Team",
    "Term",
    "TermKind",
    "Timers",
    "Unfetched",
    "User",
    "Variable",
    "Wait",
    "WaitKind",
    "Webhook",
    "WebhookMiss",
    "WrapUp",
    "scopes_of",
]
