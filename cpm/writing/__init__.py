"""Texts with placeholders and formats: `{{name}}`, `{{amount|money}}`, `{% if %}` and `{% for %}` over data, in a sandbox.

A template sees data and our formats, never an object of Python: nothing is called, nothing is computed, nothing is read.
What is filled in is never looked at again: a customer who writes `{{case_no}}` gets just that back.
"""

from cpm.writing.faults import MissingPlaceholder, TemplateFault
from cpm.writing.rendering import check, placeholders, render, render_html
from cpm.writing.sandbox import Blank
from cpm.writing.values import written

__all__ = [
    "Blank",
    "MissingPlaceholder",
    "TemplateFault",
    "check",
    "placeholders",
    "render",
    "render_html",
    "written",
]
