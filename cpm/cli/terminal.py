"""What every command of `cpm` has in common: who acts, in which language, and how an answer is printed."""

import functools
import json
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from cpm import plain, settings
from cpm.cli import harmless, installation
from cpm.cli.options import ASSENT
from cpm.engine import Engine
from cpm.policies import Assent
from cpm.uow import UnitOfWork

LANGUAGES = ("de", "en")
DEBUG = "cpm.debug"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Terminal:
    user: str | None
    language: str
    as_json: bool

    def engine(self) -> Engine:
        """Unavailable says what is wrong with the database."""
        return installation.engine()

    def acting(self) -> str:
        """The acting user's login; a usage error when nobody was named."""
        if not self.user:
            raise click.UsageError(
                "Expected to know who acts, but nobody is named: give --as USER or set CPM_USER."
            )
        return self.user

    def begin(self, engine: Engine) -> AbstractContextManager[UnitOfWork]:
        """One command of the acting user, with what they answer to policies (`options.assent`)."""
        return engine.begin(self.acting(), self.assent())

    def assent(self) -> Assent:
        said = click.get_current_context().find_root().meta
        confirmed, override, ask = (said.get(f"{ASSENT}.{name}") for name in ("confirm", "override", "ask"))
        return Assent(confirmed=frozenset(confirmed or ()), override=override or "", ask=ask or "")

    def program(self, name: str) -> str:
        """Who administers at this machine: the program itself, which no role restricts, and who asked it if known."""
        return f"{name} ({self.user})" if self.user else name

    def show(self, view: object, text: str) -> None:
        """Print an answer: the view itself for programs, its text for people."""
        if self.as_json:
            harmless.echo_json(json.dumps(plain.plain(view), ensure_ascii=False, indent=2))
        elif text:
            harmless.echo(text)

    def moment(self, at: datetime | None) -> str:
        """In the office's zone; nothing for None."""
        return "" if at is None else f"{at.astimezone(self.zone):%d.%m.%Y %H:%M}"

    @property
    def zone(self) -> ZoneInfo:
        return settings.load().zone

    def say(self, de: str, en: str) -> str:
        return en if self.language == "en" else de


def printing(command: F) -> F:
    """Gives a command its terminal as first argument, and the options that go with it."""

    @functools.wraps(command)
    def wrapped(*args: Any, user: str | None, language: str | None, as_json: bool, **kwargs: Any) -> Any:
        return command(Terminal(user, language or usual_language(), as_json), *args, **kwargs)

    decorated: Any = wrapped
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]  # click's decorators keep what they are given


def usual_language(environ: Mapping[str, str] = os.environ) -> str:
    """German where the machine speaks German, else English."""
    spoken = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "de" if spoken.startswith("de") else "en"


def debug_option(command: F) -> F:
    return click.option(
        "--debug", is_flag=True, expose_value=False, callback=_remember, help="Show where an error came from."
    )(command)


def _remember(context: click.Context, _option: click.Parameter, debug: bool) -> None:  # noqa: FBT001 - click's call
    if debug:
        context.find_root().meta[DEBUG] = True


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--as", "user", metavar="USER", envvar="CPM_USER", help="Who acts; or set CPM_USER."),
    click.option(
        "--lang",
        "language",
        type=click.Choice(LANGUAGES),
        envvar="CPM_LANGUAGE",
        help="The language of the answer; or set CPM_LANGUAGE.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs."),
    debug_option,
)
