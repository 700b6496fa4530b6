"""Kinds of arguments that several commands take."""

from typing import Any

import click

from cpm import case_numbers
from cpm.errors import Invalid


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
