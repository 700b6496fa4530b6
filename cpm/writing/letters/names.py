"""What the files of letters are called, and what is made of which.

`goodwill.de.typ` is the German letter "goodwill", made into a PDF; `goodwill.json` is its sample data, for both languages;
a `.typ` without a language and a picture are parts that letters share.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Ending = Literal["typ", "docx", "toml", "txt", "json", "png", "jpg", "svg"]
_NAME = re.compile(r"([a-z][a-z0-9_-]{0,59})(?:\.(de|en))?\.(typ|docx|toml|txt|json|png|jpg|svg)")
#: What a letter begins as, by what it is made into.
FORMS: Mapping[str, str] = {"pdf": "typ", "docx": "docx", "xlsx": "toml", "csv": "toml", "txt": "txt"}
ENDINGS = frozenset(FORMS.values())
#: Files that a typst letter may use.
PARTS = frozenset({"typ", "png", "jpg", "svg"})
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "png": "image/png",
}


@dataclass(frozen=True, slots=True)
class LetterName:
    letter: str
    language: str | None  #: None: a part, or sample data
    ending: str

    @property
    def is_letter(self) -> bool:
        return self.language is not None

    @property
    def sample(self) -> str:
        """The file that holds its sample data."""
        return f"{self.letter}.json"


def letter_name(file: str) -> LetterName | None:
    """None for what no letter is called: letters have a language, parts and sample data have none."""
    found = _NAME.fullmatch(file)
    if found is None or ((found[2] is not None) != (found[3] in ENDINGS - {"typ"}) and found[3] != "typ"):
        return None
    return LetterName(found[1], found[2], found[3])
