"""YAML that strangers wrote, as plain values that know their lines.

No aliases, which could multiply a small file beyond any memory; no tags, no key twice; bounded in size and depth.
Numbers are exact. `yes`, `no` and `on` are texts, as in YAML 1.2; a date without quotation marks is a date.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Never, TypeAlias

import yaml

from rules.feel import FeelError, compile_expression
from rules.xml import Finding, Refused

LARGEST = 1024 * 1024
_DEEPEST = 30
_TAG = "tag:yaml.org,2002:"
_DAY = r"\d{4}-\d\d-\d\d"
_SCALARS = {
    "null": r"~|null|",
    "bool": r"true|false",
    "float": r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d{1,3})?",
    "timestamp": rf"{_DAY}(T\d\d:\d\d.*)?",
}
_FEEL_VALUE = re.compile(r'@"[^"]*"')

Content: TypeAlias = "object | list[Value] | Mapping[str, Value]"


@dataclass(frozen=True, slots=True)
class Value:
    """A value with the line it stands in; lists and mappings hold further ones."""

    line: int
    content: Content

    def plain(self) -> Any:
        """The same without lines."""
        if isinstance(self.content, list):
            return [item.plain() for item in self.content]
        if isinstance(self.content, Mapping):
            return {key: item.plain() for key, item in self.content.items()}
        return self.content


def read(content: bytes, file: str) -> Value:
    """Raises Refused with the line of what is no YAML, or none that is taken."""
    if len(content) > LARGEST:
        raise Refused([Finding(file, None, None, f"Expected at most {LARGEST} bytes, but there are more.")])
    try:
        node = yaml.compose(content.decode("utf-8-sig"), _Loader)
        return Value(1, None) if node is None else _value(node)
    except UnicodeDecodeError as error:
        raise Refused([Finding(file, None, None, "Expected UTF-8, but this is another encoding.")]) from error
    except yaml.reader.ReaderError as error:
        reason = f"Expected readable characters, but found U+{error.character:04X}."
        raise Refused([Finding(file, None, None, reason)]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise Refused([Finding(file, line, None, _reason(error))]) from error


def _reason(error: yaml.MarkedYAMLError) -> str:
    if isinstance(error, _NotTaken):
        return str(error.problem)
    hint = """; write '@"P3D"' with quotation marks around it""" if "'@'" in str(error.problem) else ""
    return f"Expected YAML, but {error.problem}{hint}."


class _NotTaken(yaml.MarkedYAMLError):
    """It is YAML, and yet nothing for us."""


class _Loader(yaml.SafeLoader):
    """Stops at the first thing that is not taken, before it grows."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 PyYAML's own; not those of YAML 1.1
    deep = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if getattr(event, "anchor", None) is not None:
            _refuse(event, "Expected the value itself, but found an anchor or alias, which is not taken.")
        self.deep += 1
        if self.deep > _DEEPEST:
            _refuse(event, f"Expected values at most {_DEEPEST} deep, but here is one deeper.")
        node = super().compose_node(parent, index)
        self.deep -= 1
        return node


for _name, _pattern in _SCALARS.items():
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(f"(?:{_pattern})$"), None)


def _refuse(at: Any, problem: str) -> Never:
    raise _NotTaken(problem=problem, problem_mark=at.start_mark)


def _value(node: Any) -> Value:
    line = node.start_mark.line + 1
    match node:
        case yaml.MappingNode(tag="tag:yaml.org,2002:map"):
            return Value(line, _mapping(node))
        case yaml.SequenceNode(tag="tag:yaml.org,2002:seq"):
            return Value(line, [_value(item) for item in node.value])
        case yaml.ScalarNode():
            return Value(line, _scalar(node))
    return _refuse(node, f"Expected a plain value, but found the tag {node.tag}.")


def _mapping(node: Any) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode):
            _refuse(key, "Expected a name before the colon, but found something else.")
        if key.value in found:
            _refuse(key, f"Expected “{key.value}” once, but it is there twice.")
        found[key.value] = _value(item)
    return found


def _scalar(node: Any) -> object:
    text: str = node.value
    match node.tag.removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return text == "true"
        case "float":
            return Decimal(text)
        case "timestamp":
            return _feel(node, f'@"{text}"')
        case "str":
            return _feel(node, text) if _FEEL_VALUE.fullmatch(text) else text
    return _refuse(node, f"Expected a plain value, but found the tag {node.tag}.")


def _feel(node: Any, text: str) -> object:
    try:
        return compile_expression(text)({})
    except FeelError:
        return _refuse(node, f"Expected a date, time or duration, but {text} is none.")
