"""Every sentence of the pages is there in German, and no German one is left over."""

import re
import tomllib
from pathlib import Path

from jinja2 import Environment, nodes

from cpm.bpmn.vocabulary import NODES
from web import language
from web.designer import words

WEB = Path(language.__file__).parent
_IN_PYTHON = re.compile(r'(?<![\w.])(?:_|translate)\(\s*"((?:[^"\\]|\\.)*)"')


def test_every_sentence_has_a_german_one():
    assert sorted(_said() - set(language.german())) == []


def test_no_german_sentence_is_left_over():
    """Words that are looked up by a variable stand as they are in some string of the code."""
    code = "\n".join(file.read_text() for file in [*WEB.rglob("*.py"), *WEB.rglob("*.html")])
    roles_and_states = {word for word in language.german() if f'"{word}"' in code}
    from cpm.model import Role  # noqa: PLC0415

    assert sorted(set(language.german()) - _said() - roles_and_states - {role.value for role in Role}) == []


def test_each_kind_of_element_has_a_word():
    assert NODES - words.KINDS.keys() == set()


def test_both_languages_have_the_same_places():
    for file in WEB.rglob("de.toml"):
        for english, german in tomllib.loads(file.read_text()).items():
            assert sorted(re.findall(r"{\w*}", english)) == sorted(re.findall(r"{\w*}", german)), english


def _said() -> set[str]:
    found = {sentence for file in WEB.rglob("*.py") for sentence in _IN_PYTHON.findall(file.read_text())}
    environment = Environment(autoescape=True)
    for file in WEB.rglob("*.html"):
        for call in environment.parse(file.read_text()).find_all(nodes.Call):
            said = isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args
            if said and isinstance(call.args[0], nodes.Const):
                found.add(call.args[0].value)
    return found
