"""A text in both languages of the product."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """German is always there; English falls back to it where the designer wrote none."""

    de: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.de
