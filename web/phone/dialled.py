"""A number as a page shows it: a link that dials, except where people practise, for a telephone is a way out of the house."""

from markupsafe import Markup, escape

from cpm import phone_numbers
from web.here import engine


def dialled(number: str, words: str = "", style: str = "") -> Markup:
    """`number` as in E.164; `words` in its place, `style` a class of the link."""
    shown = escape(words or phone_numbers.shown(number))
    if engine().settings.training.here:
        return shown
    return Markup('<a{} href="tel:{}">{}</a>').format(
        Markup(' class="{}"').format(style) if style else "", number, shown
    )
