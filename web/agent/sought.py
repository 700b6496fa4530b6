"""What was looked for, as the data of a new customer: nobody types it twice."""

import re

from cpm.forms.constraints import is_email

#: What a company's name has and a person's has not.
_COMPANY = re.compile(
    r"\b(?:gmbh|mbh|ag|kg|kgaa|ohg|gbr|ug|se|e\.?\s?k\.?|e\.?\s?v\.?|eg|ltd|inc|llc|b\.?v\.?)(?:\b|$)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()/.-]{4,}")


def as_new(sought: str) -> dict[str, str]:
    """By the names of the form's inputs; nothing of what may be a number of a case or a customer."""
    text = " ".join(sought.split())
    if is_email(text):
        return {"email": text}
    if _PHONE.fullmatch(text):
        return {"phone": text}
    if _COMPANY.search(text):
        return {"kind": "company", "company_name": text}
    if not text or any(sign.isdigit() for sign in text):
        return {}
    first, _, last = text.rpartition(" ")
    return {"first_name": first, "last_name": last}
