"""Comments on a case: people of us talk to each other there, and whoever is named in one is told.

`@login` names somebody. Who may not see the case cannot be named in it: they would be told of what is not theirs.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select, update

from cpm.commands import checks, mentioning
from cpm.errors import Forbidden, Invalid, NotFound
from cpm.mentions import NAMED
from cpm.model import Case, Comment, Mention, Role, User
from cpm.queries import access
from cpm.uow import UnitOfWork

LONGEST = 5_000  #: characters
MOST_NAMED = 20  #: people in one comment
_WRITES = frozenset({Role.AGENT, Role.SUPERVISOR})
#: The same words again so soon are a form that was sent twice.
_TWICE = timedelta(minutes=1)


def add(uow: UnitOfWork, case_id: int, text: str, *, tell: Sequence[str] = ()) -> Comment:
    """Keep it, and tell those whom the text or `tell` names, but not its author. Open cases and closed ones alike.

    Invalid names whoever is not known or may not see the case.
    """
    user, case = _writer(uow), uow.case(access.must_see(uow, case_id, api=True).id)
    said = checks.plain_text("text", text, longest=LONGEST)
    people = _people(uow, case, [*NAMED.findall(said), *tell])
    if (known := _just_said(uow, case, said)) is not None:
        return known
    comment = Comment(case=case, author=user.login, at=uow.now, text=said)
    uow.session.add(comment)
    uow.session.flush()
    told = [person for person in people if person.login != user.login]
    uow.record(case, "comment.added", comment=comment.id, told=[person.login for person in told] or None)
    for person in told:
        mention = Mention(comment=comment, login=person.login)
        uow.session.add(mention)
        uow.session.flush()
        mentioning.mail(uow, case, mention, person)
    return comment


def take_back(uow: UnitOfWork, comment_id: int) -> Comment:
    """Its words are gone for good; that it was there stays. By who wrote it, or a supervisor. Again changes nothing."""
    user, found = _writer(uow), uow.session.get(Comment, comment_id)
    case = uow.case(access.must_see(uow, found.case_id if found else 0, api=True).id)
    comment = uow.session.get_one(Comment, comment_id, populate_existing=True)  # as it is since the lock
    if comment.author != user.login and Role.SUPERVISOR not in user.roles:
        raise Forbidden(
            f"Expected {comment.author} or a supervisor to take back comment {comment_id}, but {user.login} is neither",
            de="Einen Kommentar nimmt zurück, wer ihn geschrieben hat, oder die Teamleitung.",
        )
    if comment.taken_back_at is None:
        comment.text, comment.taken_back_at, comment.taken_back_by = "", uow.now, user.login
        uow.record(case, "comment.taken_back", comment=comment.id, author=comment.author)
    return comment


def seen(uow: UnitOfWork, mention_id: int) -> Mention:
    """By the person who is named and nobody else; again changes nothing."""
    mention = must_be_theirs(uow, mention_id)
    mention.seen_at = mention.seen_at or uow.now
    return mention


def must_be_theirs(uow: UnitOfWork, mention_id: int) -> Mention:
    """NotFound if it is nobody's, or somebody else's."""
    mention = uow.session.get(Mention, mention_id)
    if mention is None or mention.login != uow.user().login:
        raise NotFound(
            f"Expected to find mention {mention_id} of {uow.actor}, but there is none",
            de="Diese Erwähnung gibt es nicht, oder sie gilt jemand anderem.",
        )
    return mention


def all_seen(uow: UnitOfWork, *, case_id: int | None = None) -> None:
    """All in which the actor is named, or all on one case."""
    theirs = update(Mention).where(Mention.login == uow.user().login, Mention.seen_at.is_(None))
    if case_id is not None:
        theirs = theirs.where(Mention.comment_id.in_(select(Comment.id).where(Comment.case_id == case_id)))
    uow.session.execute(theirs.values(seen_at=uow.now))


def _writer(uow: UnitOfWork) -> User:
    user = uow.user()
    if not _WRITES.intersection(user.roles):
        raise Forbidden(
            f"Expected an agent or a supervisor to comment on a case, but {user.login} is neither",
            de="Vorgänge kommentiert nur, wer sie auch bearbeitet.",
        )
    return user


def _people(uow: UnitOfWork, case: Case, logins: Iterable[str]) -> list[User]:
    wanted = list(dict.fromkeys(login.lower() for login in logins))
    if len(wanted) > MOST_NAMED:
        raise _unfit(
            f"names more than {MOST_NAMED} people", f"Das sind mehr als {MOST_NAMED} Personen auf einmal."
        )
    found = []
    for login in wanted:
        known = uow.session.get(User, login)
        if known is None or not known.active:
            raise _unfit(f"nobody here is called @{login}", f"@{login} gibt es hier nicht.")
        person = uow.person(login)
        if not access.seen_by(uow, case, person):
            raise _unfit(
                f"@{login} may not see this case",
                f"@{login} darf diesen Vorgang nicht sehen und liest das nie.",
            )
        found.append(person)
    return found


def _just_said(uow: UnitOfWork, case: Case, said: str) -> Comment | None:
    same = select(Comment).where(
        Comment.case_id == case.id, Comment.author == uow.actor, Comment.text == said
    )
    return uow.session.scalar(same.where(Comment.at > uow.now - _TWICE).limit(1))


def _unfit(problem: str, german: str) -> Invalid:
    return Invalid(
        f"Expected a comment that names people of us, but {problem}",
        [("text", problem)],
        de=german,
        problems_de=[("text", german)],
    )
