"""Who loses a task to somebody who leads reads so where they read what colleagues say to them, wherever they are just now."""

from cpm.commands import comments
from cpm.model import Task, User
from cpm.queries import access
from cpm.uow import UnitOfWork

_WORDS = {
    "de": "Ich habe „{title}“ übernommen. Was dort getippt war, steht noch da.",
    "en": "I have taken over “{title}”. What was typed there is still there.",
}


def tell(uow: UnitOfWork, task: Task, login: str | None) -> None:
    """In their own language; nobody is told of a case that they may not see (any more)."""
    known = uow.session.get(User, login) if login else None
    if known is None or not known.active or not access.seen_by(uow, task.case, uow.person(known.login)):
        return
    language = known.language or "de"
    comments.add(uow, task.case_id, _WORDS[language].format(title=task.title(language)), tell=[known.login])
