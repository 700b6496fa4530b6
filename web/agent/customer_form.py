"""What forms about customers offer to choose, in the reader's language, and how what they send is read."""

from collections.abc import Mapping
from typing import Any

from cpm import countries
from cpm.commands.addresses import Postal
from cpm.commands.customers import FIELDS
from cpm.model import TermKind
from cpm.queries import customer_words, terms
from cpm.queries.customer_words import Words
from cpm.uow import UnitOfWork
from web.language import language

#: What a hidden field says a form showed before anybody typed.
SEEN = "was_"
MASTER = tuple(name for name in FIELDS)


def choices(look: UnitOfWork, *, source: str = "") -> dict[str, Any]:
    """For the templates: pairs of value and word by the name of the field; `source`: the lead source somebody has."""
    words = language()
    return {
        "kind": _pairs(customer_words.KINDS),
        "status": _pairs(customer_words.STATUS),
        "gender_address": _pairs(customer_words.ADDRESSED),
        "language": _pairs(customer_words.LANGUAGES),
        "identifier": _pairs(customer_words.IDENTIFIERS),
        "postal": _pairs(customer_words.POSTAL),
        "channel": _pairs(customer_words.CHANNELS),
        "purpose": _pairs(customer_words.PURPOSES),
        "lead_source": (("", "\u2013"), *terms.in_use(look, TermKind.LEAD_SOURCE, words, also=[source])),
        "category": terms.in_use(look, TermKind.CATEGORY, words),
        "business_field": terms.in_use(look, TermKind.BUSINESS_FIELD, words),
    }


def master(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The fields of a customer that the form sends, and what they were when it was shown."""
    typed = {name: form[name] for name in MASTER if name in form}
    return typed, {name: form[SEEN + name] for name in MASTER if SEEN + name in form}


def attributes(form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    prefix = "attr."
    typed = {name.removeprefix(prefix): value for name, value in form.items() if name.startswith(prefix)}
    return typed, {key: form[f"{SEEN}{prefix}{key}"] for key in typed if f"{SEEN}{prefix}{key}" in form}


def postal(form: Mapping[str, str]) -> Postal:
    return Postal(
        street=form.get("street", ""),
        postcode=form.get("postcode", ""),
        city=form.get("city", ""),
        country=form.get("country", "") or countries.HOME,
        kind=form.get("address_kind", "main"),
        extra=form.get("extra", ""),
    )


def _pairs(words: Words) -> tuple[tuple[str, str], ...]:
    return tuple((key, both[language() == "en"]) for key, both in words.items())
