"""Which element of the old version is which of the new one: by id, and what is left by what it looks like."""

from cpm.bpmn.migrating.kinds import mismatch
from cpm.bpmn.migrating.layout import Layout
from cpm.bpmn.migrating.plan import Plan
from cpm.bpmn.program import Program


def propose(old: Program, new: Program) -> Plan:
    before, after = Layout(old), Layout(new)
    elements = {
        key: key
        for key, spot in before.spots.items()
        if key in after.spots and not mismatch(spot, after.spots[key])
    }
    return Plan(elements)
