"""A sentence in both languages of those who read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    en: str
    de: str

    def __str__(self) -> str:
        return self.en

    def told(self, language: str) -> str:
        return self.de if language == "de" else self.en
