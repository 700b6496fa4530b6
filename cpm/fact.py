"""One fact that the engine gives to a decision."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """One name that a table may use, always there; null if it is not known."""

    name: str
    type: str  #: of FEEL
    de: str
    en: str
    since: int = 1  #: the FACTS_VERSION that brought it
