"""Kinds of arguments that several commands take."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from cpm import case_numbers
from cpm import settings as of_installation
from cpm.errors import Invalid

F = TypeVar("F", bound=Callable[..., Any])
#: Where the answers to policies are kept for the length of a command.
ASSENT = "cpm.assent"


class CaseNumber(click.ParamType[int]):
    """C-000042-7, as people read it out; becomes the case's id."""

    name = "case number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return case_numbers.case_id(value)
        except Invalid as error:
            self.fail(str(error), param, ctx)


class Moment(click.DateTime):
    """2026-12-01 09:00 or 2026-12-01, by the clock of the office; becomes an aware moment."""

    name = "moment"

    def __init__(self) -> None:
        super().__init__(("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d"))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        told = super().convert(value, param, ctx)
        return told.replace(tzinfo=of_installation.load().zone) if told.tzinfo is None else told


class Setting(click.ParamType[tuple[str, str]]):
    """NAME=VALUE."""

    name = "name=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, sign, text = value.partition("=")
        if not sign or not name.strip():
            self.fail(f"Expected NAME=VALUE, but got {value!r}.", param, ctx)
        return name.strip(), text


def assent(command: F) -> F:
    """What is answered to policies; `Terminal.begin` takes it along."""
    decorated: Any = command
    for option in reversed(_ASSENT):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]  # click's decorators keep what they are given


def _remember(context: click.Context, option: click.Parameter, value: object) -> None:
    context.find_root().meta[f"{ASSENT}.{option.name}"] = value


_ASSENT: tuple[Callable[[Any], Any], ...] = tuple(
    click.option(name, metavar=metavar, multiple=many, expose_value=False, callback=_remember, help=words)
    for name, metavar, many, words in (
        ("--confirm", "KEY", True, "A policy whose warning you have seen; may be repeated."),
        ("--override", "REASON", False, "Why you go on although a policy refuses it, if your role may."),
        ("--ask", "REASON", False, "Ask for the approval that a policy wants, and do nothing else."),
    )
)

number = click.argument("case_id", metavar="NUMBER", type=CaseNumber())
settings = click.option(
    "--set", "given", type=Setting(), multiple=True, metavar="NAME=VALUE", help="One value; may be repeated."
)
data = click.option(
    "--data",
    "file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="A JSON object; - is standard input.",
)
