"""What may be done with a token or subprocess as it is placed."""

from cpm.bpmn.migrating.kinds import only_if_failed
from cpm.bpmn.migrating.layout import Spot
from cpm.bpmn.spiff import Token


def stands(token: Token) -> bool:
    return not token.hangs and not token.task_spec.listens


def can_be_left(host: Token) -> bool:
    """May what is inside go on without it?"""
    spec = host.task_spec
    return not (host.hangs or spec.ad_hoc or spec.calls)


def can_be_begun(spot: Spot) -> bool:
    """May it be begun around what runs already?"""
    node = spot.node
    plain = node.kind in {"subProcess", "transaction"} and not node.by_event
    return plain and node.loop is None and not node.for_compensation and node.needs == 1


def can_change(token: Token, old: Spot, new: Spot) -> bool:
    """What has failed begins anew when it is tried again, so it may do so as something else."""
    return "fault" in token.internal_data and only_if_failed(old, new)
