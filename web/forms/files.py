"""Files that came with a form: which of its fields they are for, and what was entered once they are kept."""

import re
from collections.abc import Iterator
from typing import Protocol

from werkzeug.datastructures import FileStorage

from cpm.forms import Form
from cpm.forms.field import Field

#: Before the name of the field; a name of the page's own.
FILE = "_file."

_IN_ROW = re.compile(r"([A-Za-z_]\w*)\.n?\d{1,8}\.([A-Za-z_]\w*)", re.ASCII)


class Sent(Protocol):
    """What is needed of werkzeug's MultiDict."""

    def __iter__(self) -> Iterator[str]: ...
    def getlist(self, key: str) -> list[FileStorage]: ...


def brought(form: Form, files: Sent) -> list[tuple[str, FileStorage, Field]]:
    """The name that the field posts under, the file, and the field; what no file picker of the form asked for is left out."""
    names = [name.removeprefix(FILE) for name in files if name.startswith(FILE)]
    return [
        (name, file, field)
        for name in names
        if (field := _taker(form, name)) is not None
        for file in files.getlist(f"{FILE}{name}")
        if file.filename
    ]


def _taker(form: Form, name: str) -> Field | None:
    match = _IN_ROW.fullmatch(name)
    field = form.field(f"{match[1]}.{match[2]}" if match else name)
    return field if field is not None and field.files is not None else None
