"""The months of a customer as a strip of bars, and in words for who does not see it."""

from dataclasses import dataclass
from decimal import Decimal

from cpm.queries.customer_worth import Worth
from web.agent.blueprint import blueprint
from web.language import money
from web.language import translate as _

STEP, WIDE, HIGH = 20, 16, 40  #: of a month, of its bar, of the highest one


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    height: int


@dataclass(frozen=True, slots=True)
class Strip:
    words: str
    bars: tuple[Bar, ...]
    width: int
    wide: int = WIDE
    height: int = HIGH


@blueprint.app_template_filter("revenue_strip")
def strip(of: Worth) -> Strip | None:
    """None if there is nothing to draw."""
    most = max((month.amount for month in of.months), default=Decimal(0))
    if most <= 0:
        return None
    bars = tuple(
        Bar(place * STEP, max(1, round(HIGH * month.amount / most)))
        for place, month in enumerate(of.months)
        if month.amount > 0
    )
    return Strip(_words(of), bars, len(of.months) * STEP)


def _words(of: Worth) -> str:
    said = [f"{month.first:%m/%Y} {money(month.amount)}" for month in of.months if month.amount]
    return _("Invoiced by month: {months}", months=", ".join(said))
