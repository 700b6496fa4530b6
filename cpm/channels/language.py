"""Which of our two languages a text is in: a count of the commonest words, German when in doubt.

Good for a first answer only, which a person can correct; a library comes when a third language does.
"""

import re
from typing import Final

from cpm.channels import Language

_WORD = re.compile(r"[a-zäöüß]+")
_MOST: Final = 5_000
#: The commonest words that the other language does not have ("die", "was", "in" and "an" are missing for that).
_GERMAN = frozenset(
    "aber auch auf aus bei bin bitte da danke das dass dem den der des ein eine einen einer es für geehrte geehrter grüße"  # noqa: SIM905 - a list of strings reads worse
    " guten habe haben hallo ich ihr ihre ihren ihnen im ist kann kein keine leider mehr mein meine mich mir mit möchte nach"
    " nicht noch nur oder schon sehr sich sie sind tag um und uns vom von warum wegen werden wie wir wird wurde zu zum zur".split()
)
_ENGLISH = frozenset(
    "a about and any are as been but by can could dear do does for from get had has have hello how i if is it its just me"  # noqa: SIM905 - a list of strings reads worse
    " my no not of on or our please regards sincerely still thank thanks that the there they this to us was we were what when"
    " which will with would you your".split()
)


def guess(text: str) -> Language:
    """`de` or `en`, by which has more of its common words among the first 5,000 characters."""
    words = _WORD.findall(text[:_MOST].lower())
    english = sum(word in _ENGLISH for word in words)
    german = sum(word in _GERMAN for word in words)
    return "en" if english > german else "de"
