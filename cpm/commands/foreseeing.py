"""What would leave for the customer if somebody accepted that it is sent: read, nothing is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cpm.commands import notices, noticing, variables
from cpm.commands.notices import Plan
from cpm.model import Case
from cpm.queries import wording
from cpm.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Foreseen:
    plan: Plan
    waits: bool  #: until `plan.at`
    subject: str
    text: str  #: without what stands around it; what the case does not know is an ellipsis
    language: str  #: of both: the customer's


def foreseen(look: UnitOfWork, case: Case, events: Collection[str]) -> Mapping[str, Foreseen]:
    """By event, but for those that the process has no text of. One statement, without events none."""
    if not events:
        return {}
    known = variables.load(look, case)[""]
    calls = {event: noticing.inputs(look, case, event, known) for event in events}
    reach = notices.reached(look, case, next(iter(calls.values())))  # all of them name the same recipient
    found = {}
    for event, given in calls.items():
        language = given["language"]
        texts = look.bundle(case).texts.get(language, {}).get("notices", {}).get(event)
        if texts is None:
            continue
        values = {"case_no": case.number, "firm": look.settings.firm, **given["values"]}
        subject, text = (
            wording.filled(str(texts.get(part, "")), values, language, look.settings.zone)
            for part in ("subject", "text")
        )
        plan = notices.planned(look, case, given, reach)
        found[event] = Foreseen(plan, plan.at > look.now, subject, text, language)
    return found
