"""Whatever a command writes into the audit has its sentence, in both languages, with nothing in it but what is known."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from cpm import writing
from cpm.queries.audit import SENTENCES

COMMANDS = Path(__file__).parents[3] / "cpm" / "commands"
#: What is written without a unit of work: a restore has none before the tables are there.
BESIDE = {"installation.restored": {"taken", "cpm"}}


def records() -> Iterator[tuple[str, set[str]]]:
    """Each call of `audit.record` in a command: its word, and the names of its particulars."""
    for file in COMMANDS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                word = node.args[1]
                assert isinstance(word, ast.Constant), f"{file.name}:{node.lineno} must name its word"
                yield str(word.value), {keyword.arg for keyword in node.keywords if keyword.arg}


RECORDS = [*records(), *BESIDE.items()]


def test_every_word_of_a_command_has_a_sentence_and_every_sentence_a_command() -> None:
    assert {word for word, _ in RECORDS} == set(SENTENCES)


@pytest.mark.parametrize("word", sorted(SENTENCES))
def test_both_languages_say_the_same(word: str) -> None:
    german, english = SENTENCES[word]
    assert german != english
    assert writing.placeholders(german) == writing.placeholders(english)
    assert german.count("[") == english.count("[") == german.count("]")


@pytest.mark.parametrize("word", sorted(set(SENTENCES) - {"user.changed"}))
def test_a_sentence_asks_for_nothing_that_no_command_records(word: str) -> None:
    """Except what was changed about a user, which is whatever was given."""
    recorded = [names for recorded_word, names in RECORDS if recorded_word == word]
    assert recorded
    assert all(writing.placeholders(SENTENCES[word][0]) <= names for names in recorded)
