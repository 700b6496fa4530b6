"""The outermost group: no traceback for anybody who did not ask for one."""

import click
import pytest
from click.testing import CliRunner

from cpm.cli import main
from cpm.cli.program import Program
from cpm.cli.terminal import debug_option, usual_language
from cpm.errors import Invalid, NotFound, Unavailable
from rules.xml import Finding, Refused


def ended(error: Exception, *options: str) -> tuple[int, str]:
    @click.group(cls=Program)
    def program() -> None:
        pass

    @program.command()
    @debug_option
    def run() -> None:
        raise error

    result = CliRunner().invoke(program, ["run", *options])
    return result.exit_code, result.stderr


def test_a_refusal_is_its_sentence() -> None:
    assert ended(NotFound("Expected a case, but there is none")) == (
        1,
        "cpm: Expected a case, but there is none\n",
    )


def test_problems_have_a_line_each_and_name_their_field() -> None:
    problems = [("cause", "“Cause” is missing"), ("amount", "amount: too high")]

    code, said = ended(Invalid("Expected data that fit", problems))

    assert (code, said.splitlines()[1:]) == (1, ["  cause: “Cause” is missing", "  amount: too high"])


def test_an_unusable_database_has_an_exit_code_of_its_own() -> None:
    assert ended(Unavailable("locked"))[0] == 3


def test_findings_are_listed() -> None:
    finding = Finding("a.bpmn", 3, "step", "Expected less.")

    assert ended(Refused([finding])) == (1, "cpm: a.bpmn:3 step: Expected less.\n")


def test_a_bug_is_one_line_unless_one_wants_to_debug_it() -> None:
    code, said = ended(ZeroDivisionError("by zero"))
    assert (code, said) == (
        1,
        "cpm: this should not have happened: ZeroDivisionError: by zero (more with --debug)\n",
    )

    assert "Traceback" in ended(ZeroDivisionError("by zero"), "--debug")[1]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str) -> None:
    result = CliRunner().invoke(main, ["completion", shell])

    assert result.exit_code == 0
    assert "_CPM_COMPLETE" in result.stdout


def test_completion_knows_the_commands() -> None:
    environ = {"_CPM_COMPLETE": "bash_complete", "COMP_WORDS": "cpm in", "COMP_CWORD": "1"}

    result = CliRunner(env=environ).invoke(main, [], prog_name="cpm", complete_var="_CPM_COMPLETE")

    assert {line.split(",")[1] for line in result.stdout.splitlines()} == {"init", "intake", "incident"}


def test_every_command_has_a_help_text() -> None:
    def commands(group: click.Command) -> list[click.Command]:
        inner = list(group.commands.values()) if isinstance(group, click.Group) else []
        return [group, *(each for command in inner for each in commands(command))]

    assert all(command.help for command in commands(main))


@pytest.mark.parametrize(
    ("machine", "language"), [({"LANG": "de_AT.UTF-8"}, "de"), ({"LC_ALL": "C"}, "en"), ({}, "en")]
)
def test_the_language_is_the_machines(machine: dict[str, str], language: str) -> None:
    assert usual_language(machine) == language
