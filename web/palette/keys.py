"""The keys there are, told on one sheet; who has switched single keys off sees which those are."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from web import access
from web.palette.view import blueprint

#: English words; shown translated. Each key with what it does; a test looks that it does something.
SHEET = (
    (
        "Everywhere",
        (
            ("Ctrl+K", "Look for anything, or do it"),
            ("?", "Show this sheet"),
            ("t", "Take the call, or open it"),
            ("/", "Filter or search on this page"),
            ("Esc", "Close what is open"),
        ),
    ),
    (
        "Lists of work",
        (
            ("j", "Next row"),
            ("k", "Row before"),
            ("Enter", "Open the row"),
            ("x", "Choose the row, or not"),
            ("p", "Open the row and park it, or those chosen"),
            ("s", "Take those chosen"),
            ("g", "Give back those chosen"),
            ("h", "Hand over those chosen"),
            ("n", "Next case"),
        ),
    ),
    (
        "In a step",
        (
            ("s", "Start the step"),
            ("Ctrl+Enter", "Continue"),
            ("Alt+N", "Add a line"),
            ("Alt+1…9", "Open the step of this number"),
            ("Alt+P", "Park the step"),
            ("Alt+E", "Pass the step on"),
            ("Alt+H", "Hand the step over"),
            ("Alt+W", "Wrap up"),
            ("F6", "Next column; with Shift the one before"),
        ),
    ),
    (
        "In an exception or a call",
        (("1…9", "Choose what has this number"),),
    ),
)


@blueprint.get("/shortcuts")
@access.signed_in
def shortcuts() -> ResponseReturnValue:
    """`sheet`: what a page shows above itself."""
    template = "palette/sheet.html" if "sheet" in request.args else "palette/keys.html"
    return render_template(template, sheet=SHEET)
