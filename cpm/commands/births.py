"""Dates of birth: read as people and programs write them."""

from datetime import date

from cpm.errors import Invalid
from cpm.forms.messages import Misfit
from cpm.forms.take.moments import take_date
from cpm.uow import UnitOfWork


def read(typed: object) -> date | None:
    """7.6.1982 or 1982-06-07; None for nothing."""
    try:
        return take_date(typed)
    except Misfit as error:
        german = "Bitte ein Geburtsdatum angeben, wie 7.6.1982."
        raise _wrong(f"{typed!r:.40}", "is no date of birth", german) from error


def past(uow: UnitOfWork, given: date | None) -> date | None:
    """Invalid for one that is still to come, or too old to be true."""
    if given is not None and given > uow.local_now.date():
        german = "Das liegt in der Zukunft; ein Geburtsdatum ist heute oder früher."
        raise _wrong(str(given), "lies in the future; a date of birth is today or earlier", german)
    return read(given)


def _wrong(said: str, why: str, german: str) -> Invalid:
    return Invalid(
        f"Expected a date of birth that is past, but got {said}",
        [("born", why)],
        problems_de=[("born", german)],
    )
