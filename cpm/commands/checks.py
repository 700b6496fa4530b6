"""What people type into notes and titles: text that every part of us can keep and show."""

from cpm.errors import Invalid

LONGEST = 10_000  #: characters


def plain_text(name: str, text: str, *, required: bool = True) -> str:
    """The text without blanks around it; Invalid names the field."""
    if required and not text.strip():
        raise Invalid(f"Expected a {name} that says something, but it is empty", [(name, "is empty")])
    if len(text) > LONGEST:
        raise Invalid(
            f"Expected a {name} of at most {LONGEST} characters, but it is longer", [(name, "is too long")]
        )
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in text):
        raise Invalid(
            f"Expected a {name} of readable characters, but it holds others", [(name, "is not text")]
        )
    return text.strip()
