"""Mail addresses as they are compared."""


def lowered(address: str) -> str:
    """In lower case, but no foreign sign becomes an ASCII letter by that.

    str.lower() makes k of the Kelvin sign (U+212A, Unicode 16 UnicodeData.txt), so that a stranger's address would be a customer's.
    """
    return "".join(
        sign if not sign.isascii() and sign.lower().isascii() else sign.lower() for sign in address
    )
