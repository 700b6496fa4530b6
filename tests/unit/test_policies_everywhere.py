"""No command that changes a case does so without asking the policies: read in the code, so that a new one cannot forget."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import cpm.commands

FOLDER = Path(cpm.commands.__file__).parent
#: What writes into a case's journal and yet asks no policy, each with its reason. What customers say is always taken;
#: what the process does by itself is met in `harvest`, before a call is made.
FREE = {
    "asking.journal": "tells how a decision came out",
    "answers.keep": "as settling.settle",
    "automatic.failed": "the call is asked about before it is made, like any other",
    "automatic.plan": "as failed",
    "automatic.succeeded": "as failed",
    "automatic.try_again": "as failed",
    "callers.unidentify": "takes back who was said to call; nothing of the call lies with a case yet",
    "cases.reopen": "a customer's word opens a case again: what customers say is never refused",
    "closing.close": "the process has come to its end",
    "closing.end": "`resolutions.resolve` has asked, as action end",
    "comments.add": "what people of us say to each other changes nothing in the case",
    "comments.take_back": "as add",
    "correlation.correlate": "what another system tells a process is no act of ours; what follows is met in harvest",
    "correlation.correlate_now": "as correlate",
    "correlation.hand_over": "as correlate",
    "correlation.hand_to": "as correlate",
    "correlation.publish": "as correlate",
    "documents.attach_all": "a part of what was received",
    "document_journal.added": "a part of what has asked",
    "document_journal.described": "as added",
    "document_journal.released": "as added",
    "document_journal.removed": "as added",
    "document_journal.renamed": "as added",
    "document_journal.versioned": "as added",
    "erp_links.keep": "as settling.settle: it is done over there already",
    "erp_links.system_of": "the first call of a case, which was asked about, goes somewhere",
    "hearing.begin": "through cases.open_case",
    "hearing.hear": "what another case or system broadcasts is no act of ours; what follows is met in harvest",
    "incidents.follow": "the machine tells people",
    "incidents.overdue": "the machine tells people",
    "incidents.raise_incident": "the machine tells people",
    "incidents.withdraw": "the process has gone another way",
    "interactions.sent": "it has left already; guarding was asked before",
    "noticing.entered": "guarding is asked before it leaves",
    "noticing.job": "as entered",
    "pausing.follow": "a part of harvest: clocks stand still while the customer answers",
    "interventions.told": "writes down what a command does that has asked",
    "merging_rows.cases_change_hands": "about two customers and not one case; roles say who may",
    "keeping.bring_back": "a part of `separating.undo`, which has asked",
    "moving.go": "a part of `moving.move` and of the remedy, which have asked",
    "policy_journal.approval_used": "what policies said",
    "policy_journal.approved": "what policies said",
    "policy_journal.asked": "what policies said",
    "policy_journal.overridden": "what policies said",
    "policy_journal.refused": "what policies said",
    "policy_journal.rejected": "what policies said",
    "policy_journal.warned": "what policies said",
    "handing_on.back": "a part of what was asked about",
    "handing_on.everything": "a part of what was asked about",
    "handing_on.some": "a part of what was asked about",
    "receiving.begin": "through cases.open_case",
    "receiving.receive": "what customers say is never refused; a new case goes through cases.open_case",
    "replies.take_back": "what was let through does not happen after all",
    "settling.run": "a timer or a due time, which nobody asks for",
    "results.kept": "as settling.settle",
    "late.came_late": "as settling.settle",
    "settling.settle": "what a call brought; guarding was asked before it was made",
    "status_links.renew": "who may read the public side of a case: taking that back must always be possible",
    "status_links.revoke": "as renew",
    "talks.begin": "that somebody telephones with a customer is a fact; what is then done in the case asks",
    "talks.go_on": "as begin",
    "talks.open_case": "through cases.open_case",
    "talks.note": "what customers say is never refused",
    "talks.close": "as note",
    "talks.close_on": "as note",
    "telling.left_out": "what is not said needs no permission",
    "telling.otherwise": "guarding was asked before; this is what notices.dmn says of it",
    "waiting_notices.hurry": "guarding asks before the call is made; this moves only its time",
    "waiting_notices.leave_out": "as telling.left_out",
    "sorting.attach": "a step of a process; guarding was asked before",
    "sorting.start": "as attach, and through cases.open_case",
    "starting.by_message": "through cases.open_case",
    "suspending.go_on_shifted": "an operator has resumed its process: that is no act on one case",
    "triage.note": "tells how a decision came out",
    "steps.follow": "a part of harvest",
    "steps.withdraw": "a part of harvest, or of an act that was asked about",
}


def test_every_command_that_changes_a_case_asks_the_policies_or_says_why_not():
    silent = {name for name, (records, asks) in _commands() if records and not asks}
    assert silent == set(FREE)


def test_the_commands_that_people_ask_for_are_among_those_that_ask():
    """Else the test above could pass by finding nothing."""
    asking = {name for name, (_, asks) in _commands() if asks}
    assert asking >= {
        "tasks.claim",
        "tasks.take_over",
        "tasks.release",
        "escalating.escalate",
        "handing_over.to_colleague",
        "handing_over.to_team",
        "tasks.park",
        "tasks.unpark",
        "tasks.complete",
        "choices.choose",
        "choices.end_choice",
        "resolutions.resolve",
        "resolutions.ask",
        "moving.move",
        "links.link",
        "suggestions.accept",
        "suggestions.decline",
        "going_back.again",
        "wrap_ups.wrap_up",
        "joining.merge",
        "splitting.split",
        "separating.undo",
        "cancelling.cancel",
        "incidents.declare",
        "cases.open_case",
    }


def _commands() -> Iterator[tuple[str, tuple[bool, bool]]]:
    """Each public command: whether it writes into a journal, and whether it asks, itself or through its module."""
    for file in sorted(FOLDER.glob("*.py")):
        functions = {
            node.name: node for node in ast.parse(file.read_text()).body if isinstance(node, ast.FunctionDef)
        }
        for name, node in functions.items():
            if not name.startswith("_") and node.args.args and node.args.args[0].arg == "uow":
                calls = _reached(node, functions, set())
                yield f"{file.stem}.{name}", (bool(calls & _CHANGES), bool(calls & _ASKS))


_CHANGES = {
    "interventions.told",
    "uow.record",
    "process.resume",
    "process.start",
    "processes.start",
    "closing.end",
    "closing.close",
}
_ASKS = {"policies.check", "policies.judged", "guarding.passed"}


def _reached(node: ast.FunctionDef, functions: Mapping[str, ast.FunctionDef], seen: set[str]) -> set[str]:
    """What a function calls, with what those of the same module call."""
    called = {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
    named = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    for name in (called | named) & functions.keys() - seen:
        seen.add(name)
        called |= _reached(functions[name], functions, seen)
    return called
