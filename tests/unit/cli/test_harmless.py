"""What a stranger wrote, printed on a terminal: `color=True` is how click prints to one, with escapes left in."""

import json
import logging
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cpm.cli import files, layout
from cpm.cli.program import Program
from cpm.cli.running import log_formatter
from cpm.cli.terminal import Terminal, debug_option
from cpm.errors import Invalid, NotFound
from rules.xml import Finding, Refused

ACTING = "\x1b]0;t\x07 \x9b31m \u202e \u2066 \u200b \x7f \ud800 \U000e0041 \u2028"
RAW = frozenset(ACTING) - frozenset(" ]0;tm31")


def printed(view: object = None, *, error: Exception | None = None, as_json: bool = False) -> str:
    @click.group(cls=Program)
    def program() -> None:
        pass

    @program.command()
    @debug_option
    def run() -> None:
        if error is not None:
            raise error
        Terminal(None, "en", as_json).show(view, str(view))

    return CliRunner().invoke(program, ["run", "--debug"], color=True).output


def test_an_answer_shows_what_would_act_and_keeps_its_lines() -> None:
    said = printed(f"Größe\t{ACTING}\r\nnext")

    assert not RAW & set(said)
    assert said.startswith("Größe\t\\u001b]0;t\\u0007 \\u009b31m \\u202e \\u2066")
    assert said.endswith("\\ud800 \\U000e0041 \\u2028\nnext\n")


def test_json_escapes_the_same_and_means_the_same() -> None:
    said = printed({"größe": ACTING, ACTING: "\n"}, as_json=True)

    assert not RAW & set(said)
    assert "größe" in said
    assert json.loads(said) == {"größe": ACTING, ACTING: "\n"}


@pytest.mark.parametrize(
    "error",
    [
        NotFound(f"Expected a case, but {ACTING}"),
        Invalid("Expected data", [(ACTING, f"“{ACTING}” is missing")]),
        Refused([Finding(f"{ACTING}.bpmn", 3, ACTING, ACTING)]),
        ZeroDivisionError(ACTING),
        click.UsageError(ACTING),
        click.BadParameter(ACTING, param_hint=ACTING),
        click.FileError("\x1b\u202e", ACTING),
    ],
)
def test_no_complaint_acts_on_the_terminal(error: Exception) -> None:
    said = printed(error=error)

    assert "\\u202e" in said
    assert not RAW & set(said)


def test_the_log_shows_what_would_act() -> None:
    record = logging.LogRecord("cpm", logging.ERROR, "", 0, f"odd {ACTING}", (), None)

    assert not RAW & set(log_formatter().format(record))


def test_columns_stand_below_each_other_whatever_is_in_them() -> None:
    assert layout.table(("a", "b"), [("\x1b", "x")]).splitlines()[0] == "a       b"


def test_only_the_door_prints() -> None:
    folder = Path(files.__file__).parent
    printing = [path.name for path in folder.glob("*.py") if "click.echo(" in path.read_text("utf-8")]

    assert printing == ["harmless.py"]
