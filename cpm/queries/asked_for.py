"""Who has asked whoever holds a step to hand it over: by a comment with just these words, which tells the holder."""

from collections.abc import Collection

from sqlalchemy import select

from cpm.model import Comment, Mention, Task, TaskState, User
from cpm.uow import UnitOfWork


def last(look: UnitOfWork, task: Task, words: Collection[str]) -> tuple[User, Comment] | None:
    """The last one who asked for it, with any of these words."""
    if task.state != TaskState.CLAIMED:
        return None
    asked = (
        select(User, Comment)
        .join(Comment, Comment.author == User.login)
        .join(Mention, Mention.comment_id == Comment.id)
        .where(
            Comment.case_id == task.case_id, Comment.text.in_(sorted(words)), Comment.taken_back_at.is_(None)
        )
        .where(Mention.login == task.assignee, Comment.author != task.assignee)
    )
    found = look.session.execute(asked.order_by(Comment.id.desc()).limit(1)).first()
    return None if found is None else (found[0], found[1])
