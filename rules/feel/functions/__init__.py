"""The built-in functions, one file a kind. Importing this package fills the registry."""

from rules.feel.functions import (  # noqa: F401 each registers what it defines
    camunda,
    contexts,
    conversion,
    lists,
    numbers,
    ranges,
    statistics,
    strings,
    temporal,
)
from rules.feel.functions.registry import FUNCTIONS, SIGNATURES
from rules.feel.properties import PROPERTIES

#: Names of more than one word that every expression knows: functions, their parameters, properties, types.
MULTI_WORD_NAMES = (
    *(name for name in FUNCTIONS if " " in name),
    *(name for name in PROPERTIES if " " in name),
    "date and time",
    "days and time duration",
    "years and months duration",
)

__all__ = ["FUNCTIONS", "MULTI_WORD_NAMES", "SIGNATURES"]
