"""Take back the links to a customer's status page, or make new ones."""

from cpm.errors import Forbidden
from cpm.model import Case, Role, StatusLink
from cpm.queries import access
from cpm.uow import UnitOfWork


def revoke(uow: UnitOfWork, case_id: int) -> StatusLink:
    """No link opens the page of this case any more, until somebody makes new ones."""
    case, row = _changed(uow, case_id, revoked=True)
    uow.record(case, "status_link.revoked")
    return row


def renew(uow: UnitOfWork, case_id: int) -> StatusLink:
    """Links that were made before open nothing; texts from now on carry new ones."""
    case, row = _changed(uow, case_id, revoked=False)
    uow.record(case, "status_link.renewed")
    return row


def _changed(uow: UnitOfWork, case_id: int, *, revoked: bool) -> tuple[Case, StatusLink]:
    access.must_see(uow, case_id)
    case = uow.case(case_id)
    _must_be_allowed(uow)
    row = uow.session.get(StatusLink, case.id)
    if row is None:
        row = StatusLink(case_id=case.id, serial=0)
        uow.session.add(row)
    row.serial += 1
    row.revoked, row.changed_at, row.changed_by = revoked, uow.now, uow.actor
    return case, row


def _must_be_allowed(uow: UnitOfWork) -> None:
    if {Role.AGENT, Role.SUPERVISOR}.isdisjoint(uow.user().roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to change the link of a case, but {uow.actor} is neither",
            de="Das dürfen nur Personen, die Vorgänge bearbeiten.",
        )
