"""BPMN as a pure function: what happened and the state before, to what is waited for and the state after.

No database, network or clock in here; the only importer of SpiffWorkflow, which moves the tokens. Variables, time,
messages and storage are the caller's.
"""

from cpm.bpmn.happened import (
    Completed,
    Decide,
    Decided,
    DecisionFailed,
    Errored,
    Fired,
    Happened,
    NotWaiting,
    Retried,
    Skipped,
)
from cpm.bpmn.prepare import Source, prepare, prepare_deployed
from cpm.bpmn.program import Element, Program, Service, StartEvent
from cpm.bpmn.resume import catches, resume, start, visible
from cpm.bpmn.state import UnreadableState
from cpm.bpmn.step import (
    Await,
    Decision,
    Fault,
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
    "Completed",
    "Decide",
    "Decided",
    "Decision",
    "DecisionFailed",
    "Element",
    "Errored",
    "Fault",
    "Fired",
    "Happened",
    "NotWaiting",
    "Program",
    "Raised",
    "Retried",
    "Scopes",
    "Service",
    "ServiceCall",
    "Skipped",
    "Source",
    "StartEvent",
    "Step",
    "Timer",
    "Trace",
    "UnreadableState",
    "UserTask",
    "catches",
    "prepare",
    "prepare_deployed",
    "resume",
    "start",
    "visible",
]
