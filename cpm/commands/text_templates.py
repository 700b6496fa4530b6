"""What is filled in of a process's texts: templates that can be read, conditions, and both languages alike."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from cpm import writing
from rules.feel import FeelError, compile_expression
from rules.xml import Finding

#: Tables of templates; the entry `when` of a block is FEEL.
_FILLED = ("steps", "notices", "blocks")
#: Tables of what leaves the house: both languages have it, with the same placeholders.
_OUTGOING = ("notices", "blocks")


def against(file: str, content: bytes, tables: Mapping[str, Any]) -> Iterator[Finding]:
    """What is no template, and no condition, by its line; the tables are such as `text_files` allows."""
    for name in _FILLED:
        for key, entries in tables.get(name, {}).items():
            for part, text in entries.items():
                path = f"{name}.{key}"
                line = _line(content, path, part)
                found = _condition(text) if part == "when" else _template(text, line or 1)
                if found is not None:
                    told, english, german = found
                    yield Finding(file, line and (told or line), path, english, german)


def against_each_other(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What the languages of one process do not share; each file has passed by itself."""
    read = {file: _outgoing(content) for file, content in files.items()}
    for file, texts in read.items():
        for other, others in read.items():
            if file == other:
                continue
            for path, text in texts.items():
                if reason := _apart(path, text, others.get(path), other):
                    yield Finding(file, _line(files[file], path, "text"), path, *reason)


def _template(text: str, line: int) -> tuple[int | None, str, str] | None:
    """Line and both sentences, if it is none; `line` is where it begins in its file."""
    try:
        writing.check("\n" * (line - 1) + text)
    except writing.TemplateFault as fault:
        return fault.line, str(fault), fault.sentence("de")
    return None


def _condition(text: str) -> tuple[int | None, str, str] | None:
    try:
        compile_expression(text.removeprefix("="))
    except FeelError as error:
        return None, f"Expected 'when' to be FEEL, but {error}", f"„when“ ist kein FEEL: {error.german}"
    return None


def _outgoing(content: bytes) -> dict[str, str]:
    """All the text of each table that leaves the house; none of a file that an earlier release took and this one cannot read."""
    tables = tomllib.loads(content.decode())
    return {
        f"{name}.{key}": "\n".join(text for part, text in sorted(entries.items()) if part != "when")
        for name in _OUTGOING
        for key, entries in tables.get(name, {}).items()
    }


def _apart(path: str, text: str, other_text: str | None, other: str) -> tuple[str, str] | None:
    if other_text is None:
        return (
            f"Expected [{path}] in both languages, but {other} has none.",
            f"[{path}] gibt es nicht in {other}.",
        )
    try:
        more = writing.placeholders(text) - writing.placeholders(other_text)
    except writing.TemplateFault:  # in force since an earlier release
        return None
    if not more:
        return None
    names = ", ".join(sorted(more))
    return (
        f"Expected the same placeholders in both languages, but {other} lacks {names}.",
        f"Beide Sprachen haben dieselben Platzhalter; in {other} fehlt: {names}.",
    )


def _line(content: bytes, path: str, part: str) -> int | None:
    """Where the text of an entry begins; None where the file writes its tables in another way."""
    lines = content.decode().splitlines()
    header = next((at for at, line in enumerate(lines) if line.strip() == f"[{path}]"), None)
    if header is None:
        return None
    for at, line in enumerate(lines[header + 1 :], header + 2):
        if line.partition("=")[0].strip() == part:
            return at + line.rstrip().endswith(('= """', "= '''"))
    return header + 1
