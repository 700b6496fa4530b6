"""Ask the ERPs for what a page or a program wants to know, all of them together within the budget."""

from collections.abc import Mapping, Sequence

from cpm import erp_views
from cpm.queries.erp_views import Want
from web.here import engine


def asked(wants: Mapping[str, Sequence[Want]]) -> dict[str, str]:
    """By system what became of it: "" or the code of its fault; "timeout" says that the answer is still to come."""
    return {
        system: erp_views.refresh(engine(), system, some, budget=erp_views.BUDGET / len(wants))
        for system, some in wants.items()
    }
