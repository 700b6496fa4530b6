"""The calendars of the product, from the file beside the decision tables, and who works by them."""

from dataclasses import replace

from cpm.calendars.calendar import Calendar
from cpm.calendars.files import read
from cpm.settings import SHIPPED as _SHIPPED

#: The Land of a site that has not said where it is; a setting overrides it.
LAND = "NW"

SHIPPED = read((_SHIPPED / "rules" / "calendars.toml").read_bytes())
CALENDARS = SHIPPED.each

TEAMS: dict[str, str] = {
    "service": "service",
    "order_desk": "office",
    "sales": "office",
    "marketing": "office",
    "field_service": "field",
    "finance": "office",
    "master_data": "office",
    "privacy": "office",
    # rules/deadlines.dmn counts approvals by office hours; on-call duty is asked for by name.
    "supervisors": "office",
    "management": "office",
    "operations": "office",
}


def calendar(name: str, *, land: str = LAND, catholic: bool = False) -> Calendar:
    """The shipped calendar at a site. Raises ValueError for an unknown name or Land."""
    found = SHIPPED.named(name, land=land)
    return replace(found, catholic=catholic) if found.land is not None else found
