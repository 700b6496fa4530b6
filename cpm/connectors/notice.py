"""`notice.send`: tells the customer what happened, in a text of the process, unasked.

    inputs: event, to, language, values (a context for the placeholders)

The text stands in the process's text files under `[notices.<event>]` (subject, text). The salutation (the value
`salutation`) and the closing with `firm` are put around it. Without an address nothing is sent, and the
variable `notice_skipped` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from cpm import salutation, texts
from cpm.connectors.outcomes import Call, Done, Failed, Outcome
from cpm.connectors.smtp import Smtp


@dataclass(frozen=True, slots=True)
class Notice:
    smtp: Smtp
    name: str = "notice"

    def __call__(self, call: Call) -> Outcome:
        if call.verb != "send":
            return Failed("unknown_operation", f"Expected notice.send, but was asked for {call.operation}.")
        if call.inputs.get("to") in (None, ""):
            return Done({"notice_skipped": "no_address"})
        event, language = call.inputs.get("event"), call.inputs.get("language") or "de"
        try:
            subject, text = _template(call.texts, str(language), str(event))
        except LookupError:
            return Failed(
                "template_error", f"Expected the text notices.{event} in {language}, but there is none."
            )
        values = _values(call)
        try:
            subject = texts.render(subject, values, str(language), call.zone)
            body = self._letter(text, values, str(language), call.zone)
        except texts.MissingPlaceholder as error:
            return Failed(
                "missing_field", f"Expected to write the notice {event}, but {{{{{error.name}}}}} is empty."
            )
        return self.smtp.send(call, to=call.inputs.get("to"), subject=subject, text=body, automatic=True)

    def _letter(self, text: str, values: Mapping[str, object], language: str, zone: tzinfo) -> str:
        opening = str(values.get("salutation") or salutation.general(language))
        body = texts.render(text, {**values, "salutation": opening}, language, zone)
        if "salutation" not in texts.placeholders(text):
            body = f"{opening}\n\n{body}"
        signature = str(values.get("firm") or self.smtp.server.sender_name)
        return f"{body.strip()}\n\n{salutation.closing(language, opening)}\n{signature}".strip() + "\n"


def _template(files: Mapping[str, Mapping[str, object]], language: str, event: str) -> tuple[str, str]:
    """Subject and text. Raises LookupError: another language's text instead would be a surprise."""
    table: object = files[language]
    for key in ("notices", event):
        if not isinstance(table, Mapping):
            raise KeyError(key)
        table = table[key]
    if not isinstance(table, Mapping):
        raise KeyError(event)
    return str(table["subject"]), str(table["text"])


def _values(call: Call) -> dict[str, object]:
    given = call.inputs.get("values")
    return {"case_no": call.case_number, **(given if isinstance(given, Mapping) else {})}
