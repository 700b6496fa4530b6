"""BPMN as a pure function: what happened and the state before, to what is waited for and the state after.

No database, network or clock in here; the only importer of SpiffWorkflow, which moves the tokens. Variables, time,
messages and storage are the caller's.
"""

from cpm.bpmn.happened import (
    Changed,
    Chosen,
    Completed,
    Decide,
    Decided,
    DecisionFailed,
    Ended,
    Errored,
    Fired,
    Happened,
    NotWaiting,
    Retried,
    Signalled,
    Skipped,
)
from cpm.bpmn.prepare import Source, prepare, prepare_deployed
from cpm.bpmn.program import Element, Program, Service, StartEvent
from cpm.bpmn.resume import catches, choice, resume, start, visible
from cpm.bpmn.state import UnreadableState
from cpm.bpmn.step import (
    Await,
    Choice,
    Decision,
    Fault,
    Listening,
    Offer,
    Raised,
    Scopes,
    ServiceCall,
    Step,
    Timer,
    Trace,
    UserTask,
)

__all__ = [
    "Await",
    "Changed",
    "Choice",
    "Chosen",
    "Completed",
    "Decide",
    "Decided",
    "Decision",
    "DecisionFailed",
    "Element",
    "Ended",
    "Errored",
    "Fault",
    "Fired",
    "Happened",
    "Listening",
    "NotWaiting",
    "Offer",
    "Program",
    "Raised",
    "Retried",
    "Scopes",
    "Service",
    "ServiceCall",
    "Signalled",
    "Skipped",
    "Source",
    "StartEvent",
    "Step",
    "Timer",
    "Trace",
    "UnreadableState",
    "UserTask",
    "catches",
    "choice",
    "prepare",
    "prepare_deployed",
    "resume",
    "start",
    "visible",
]
