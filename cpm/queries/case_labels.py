"""One line that tells a case from others, in German and in English."""

from cpm.model import Case, CaseState
from cpm.queries import wording
from cpm.uow import UnitOfWork

_LONGEST = 60  #: characters of a subject


def of(look: UnitOfWork, case: Case) -> tuple[str, str]:
    """Number, process, subject, and since when it is open or closed; of confidential cases the number alone."""
    if case.process in look.library.confidential:
        return case.number, case.number
    bundle = look.bundle(case)
    about = f"„{case.subject[:_LONGEST]}“", f"“{case.subject[:_LONGEST]}”"
    since_de, since_en = _since(look, case)
    return (
        f"{case.number}: {wording.process_name(bundle, 'de')} {about[0]}, {since_de}",
        f"{case.number}: {wording.process_name(bundle, 'en')} {about[1]}, {since_en}",
    )


def _since(look: UnitOfWork, case: Case) -> tuple[str, str]:
    closed = case.state == CaseState.CLOSED and case.closed_at is not None
    moment = (case.closed_at if closed and case.closed_at else case.opened_at).astimezone(look.settings.zone)
    german, english = f"{moment:%d.%m.%Y}", f"{moment.day} {moment:%B %Y}"
    if closed:
        return f"abgeschlossen am {german}", f"closed on {english}"
    return f"offen seit {german}", f"open since {english}"
