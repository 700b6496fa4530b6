"""What people set for themselves."""

from cpm.errors import Invalid
from cpm.model import User
from cpm.uow import UnitOfWork

LANGUAGES = ("de", "en")


def prefer(uow: UnitOfWork, *, language: str | None, single_keys: bool) -> User:
    """The acting user's own; no language means: as the browser asks."""
    if language is not None and language not in LANGUAGES:
        raise Invalid(
            f"Expected a language of {', '.join(LANGUAGES)}, but got {language!r}",
            [("language", "is none of ours")],
            de="Diese Sprache gibt es hier nicht.",
        )
    user = uow.user()
    user.language, user.single_keys = language, single_keys
    return user
