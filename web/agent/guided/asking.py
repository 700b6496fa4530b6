"""The words with which somebody asks a colleague for their step, and who has."""

from cpm.model import Comment, Task, User
from cpm.queries import asked_for
from cpm.uow import UnitOfWork
from web.language import german

WORDS = "Can I have “{title}”? Then please hand it over to me."


def asked(look: UnitOfWork, task: Task) -> tuple[User, Comment] | None:
    """Who has asked last, in whichever language they read the page."""
    german_words = german().get(WORDS, WORDS)
    return asked_for.last(
        look, task, {WORDS.format(title=task.title_en), german_words.format(title=task.title_de)}
    )
