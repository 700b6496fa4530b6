"""An ERP's words in the reader's language."""

from cpm.connectors.erp.breaker import Standing
from cpm.queries import erp_words
from web.here import engine
from web.language import language, number


def word(state: str) -> str:
    return erp_words.word(state, language())


def name(system: str) -> str:
    return erp_words.name(system, language())


def fault(code: str) -> str:
    return erp_words.fault(code, language())


def age(seconds: int) -> str:
    """12 s, 5 min, 3 h, 2 d."""
    for size, unit in ((86_400, ("Tg.", "d")), (3_600, ("Std.", "h")), (90, ("Min.", "min"))):
        if seconds >= size:
            return f"{number(seconds // max(size, 60) if size != 90 else seconds // 60)} {unit[language() == 'en']}"
    return f"{number(seconds)} s"


def unheard(system: str, code: str, *, known: bool) -> str:
    """Why a panel shows what was known before, if anything was; empty if it shows what is so now."""
    here = engine()
    standing: Standing = here.erp.standing(system)
    if not code and standing.up:
        return ""
    zone, now = here.settings.zone, here.clock()
    return erp_words.unheard(code, standing, known=known, language=language(), zone=zone, now=now)
