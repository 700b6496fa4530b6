"""Whatever a command writes into the journal has its sentence, in both languages, with nothing in it but what is known."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from cpm import writing
from cpm.queries.journal.phrasing import DERIVED
from cpm.queries.journal.sentences import SENTENCES

EVIDENCE = {"decision", "version", "rules", "facts", "result", "failed"} | {
    "unsure_percent",
    "missing",
    "kept",
}
#: Where the word stands among the arguments.
WORD_AT = {("uow", "record"): 1, ("interventions", "told"): 2}
COMMANDS = Path(__file__).parents[3] / "cpm" / "commands"


def records() -> Iterator[tuple[str, set[str]]]:
    """Each call of `uow.record` or `interventions.told` in a command: its word, and the names of its particulars."""
    for file in COMMANDS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and (called := (node.func.value.id, node.func.attr)) in WORD_AT
            ):
                word = node.args[WORD_AT[called]]
                if file.name == "interventions.py":
                    continue  # it records what its callers name
                assert isinstance(word, ast.Constant), f"{file.name}:{node.lineno} must name its word"
                yield str(word.value), set().union(*(_names(keyword) for keyword in node.keywords))


def _names(keyword: ast.keyword) -> set[str]:
    """`**told` is what a decision leaves behind (`evidence.told`), `**about` what `_about` gives of a task."""
    if keyword.arg is not None:
        return {keyword.arg}
    if ast.unparse(keyword.value) == "_about(task)":
        return {"task", "element", "title"}
    assert ast.unparse(keyword.value) == "told", f"line {keyword.lineno} must name its particulars"
    return EVIDENCE


RECORDS = list(records())


def test_every_word_of_a_command_has_a_sentence_and_every_sentence_a_command() -> None:
    assert {word for word, _ in RECORDS} == set(SENTENCES)


@pytest.mark.parametrize("word", sorted(SENTENCES))
def test_both_languages_say_the_same(word: str) -> None:
    german, english = SENTENCES[word]

    assert german != english
    assert writing.placeholders(german) == writing.placeholders(english)
    assert german.count("[") == english.count("[") == german.count("]")


@pytest.mark.parametrize("word", sorted(SENTENCES))
def test_a_sentence_asks_for_nothing_that_no_command_records(word: str) -> None:
    recorded = set().union(*(names for recorded_word, names in RECORDS if recorded_word == word))

    assert writing.placeholders(SENTENCES[word][0]) <= recorded | DERIVED


@pytest.mark.parametrize("word", sorted(SENTENCES))
def test_what_only_some_commands_record_may_be_missing(word: str) -> None:
    """Outside of [ ] stands only what every command records with this word, so that no sentence has a hole."""
    always = set.intersection(*(names for recorded_word, names in RECORDS if recorded_word == word))
    for sentence in SENTENCES[word]:
        outside = writing.placeholders("".join(part.split("]")[-1] for part in sentence.split("[")))
        assert outside <= always | DERIVED
