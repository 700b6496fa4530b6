"""Names of companies: what of a name is the name, and what its legal form."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from cpm.identity.folding import folded
from cpm.identity.names import Alike

#: Long ones first: the first that fits at the end of a name is taken, and then the next. HGB 19, GmbHG 4 and 5a, AktG 4 and 279,
#: GenG 3, PartGG 2, BGB 65, and the usual ones of other countries.
_FORMS: dict[str, tuple[str, ...]] = {
    "gmbh & co kgaa": ("gmbh & co kgaa", "gmbh u co kgaa", "gmbh und co kgaa"),
    "gmbh & co kg": ("gesellschaft mit beschraenkter haftung & co kg", "gmbh & co kg", "gmbh u co kg", "gmbh und co kg", "gmbh & cie kg", "mbh & co kg"),
    "gmbh & co ohg": ("gmbh & co ohg", "gmbh und co ohg"),
    "ag & co kg": ("ag & co kg", "ag und co kg", "ag & co kgaa", "se & co kgaa", "se & co kg"),
    "ug & co kg": ("ug (haftungsbeschraenkt) & co kg", "ug haftungsbeschraenkt & co kg", "ug & co kg", "ug und co kg"),
    "ug": ("unternehmergesellschaft (haftungsbeschraenkt)", "unternehmergesellschaft haftungsbeschraenkt", "ug (haftungsbeschraenkt)", "ug haftungsbeschraenkt", "ug (hb)", "ug"),
    "ggmbh": ("gemeinnuetzige gesellschaft mit beschraenkter haftung", "gemeinnuetzige gmbh", "ggmbh"),
    "gmbh": ("gesellschaft mit beschraenkter haftung", "ges m b h", "gesmbh", "g m b h", "gmbh i l", "gmbh", "mbh"),
    "kgaa": ("kommanditgesellschaft auf aktien", "kgaa"),
    "ag": ("aktiengesellschaft", "ag"),
    "se": ("societas europaea", "se"),
    "kg": ("kommanditgesellschaft", "& co kg", "und co kg", "u co kg", "kg"),
    "ohg": ("offene handelsgesellschaft", "& co ohg", "ohg"),
    "gbr": ("gesellschaft buergerlichen rechts", "egbr", "gbr"),
    "ek": ("eingetragener kaufmann", "eingetragene kauffrau", "e kfm", "e kfr", "e k", "ek", "ekfm", "ekfr"),
    "ev": ("eingetragener verein", "e v", "ev"),
    "eg": ("eingetragene genossenschaft", "e g", "eg"),
    "partg": ("partnerschaftsgesellschaft mbb", "partg mbb", "partgmbb", "partnerschaft mbb", "partg"),
    "stiftung": ("stiftung & co kg",),
    "aoer": ("anstalt des oeffentlichen rechts", "a oe r", "aoer"),
    "koer": ("koerperschaft des oeffentlichen rechts", "k d oe r", "kdoer"),
    "ltd": ("private limited company", "public limited company", "limited", "pty ltd", "co ltd", "ltd & co kg", "ltd", "plc", "llp"),
    "inc": ("incorporated", "corporation", "inc", "corp", "llc", "l l c", "lp"),
    "sa": ("societe anonyme", "s a r l", "sarl", "sas", "s a s", "s a", "sa"),
    "srl": ("s r l", "srl", "s p a", "spa", "s l u", "s l", "sl"),
    "bv": ("b v", "bv", "n v", "nv", "bvba", "v o f"),
    "oy": ("oyj", "oy", "aktiebolag", "ab", "a s", "as", "aps", "asa"),
    "spzoo": ("sp z o o", "sp z oo", "s r o", "sro", "a s", "kft", "zrt", "d o o", "doo"),
}  # fmt: skip
_ENDINGS = sorted(
    ((ending, form) for form, endings in _FORMS.items() for ending in endings), key=lambda each: -len(each[0])
)
_SIGNS = re.compile(r"[^\w&()]+|_")
#: What many write and many leave out.
_FILLING = frozenset({"firma", "fa", "die", "der", "das", "the", "und", "u", "and", "&", "co"})


@lru_cache(maxsize=20_000)
def split(name: str) -> tuple[tuple[str, ...], str]:
    """The words of the name without its legal form, and that form ("" if it has none)."""
    text = _SIGNS.sub(" ", folded(name)).strip()
    form = ""
    for ending, found in _ENDINGS:
        if text.endswith(f" {ending}"):
            text, form = text[: -len(ending)].strip(), found
            break
    parts = tuple(word for word in re.sub(r"[&()]", " ", text).split() if word not in _FILLING)
    return parts or tuple(text.split()), form


def alike(one: str, other: str) -> Alike:
    mine, theirs = split(one)[0], split(other)[0]
    if not mine or not theirs:
        return Alike.MISSING
    if sorted(mine) == sorted(theirs) or "".join(mine) == "".join(theirs):
        return Alike.SAME
    a, b = "".join(mine), "".join(theirs)
    if min(len(a), len(b)) >= 5 and OSA.distance(a, b) <= (1 if min(len(a), len(b)) < 10 else 2):
        return Alike.TYPO
    fewer, more = sorted((set(mine), set(theirs)), key=len)
    if fewer <= more and any(len(word) > 4 for word in fewer):
        return Alike.PART
    return Alike.DIFFERENT
