"""`notice.send`: tells the customer what happened, in a text of the process, unasked.

    inputs: event, to, language, values (a context for the placeholders)

The text stands in the process's text files under `[notices.<event>]` (subject, text). The salutation (the value
`salutation`) and the closing with `firm` are put around it, below it the links to the status page and for opting out
(the values `status_link`, `opt_out_link`), where the text has not put them itself. Without an address nothing is sent,
and the variable `notice_skipped` says so. Whether it may leave is asked before (`commands.notices`); `kind` is what
that said: service, legal or advertising.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cpm import salutation, writing
from cpm.connectors.outcomes import Call, Done, Failed, Outcome
from cpm.connectors.smtp import Smtp

#: What stands below the closing, if the text itself has no place for it.
_BELOW = {
    "status_link": ("Wie es steht, sehen Sie hier: {}", "See how it stands: {}"),
    "opt_out_link": ("Solche Nachrichten abbestellen: {}", "No more messages like this: {}"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    smtp: Smtp
    name: str = "notice"

    def __call__(self, call: Call) -> Outcome:
        if call.verb != "send":
            return Failed("unknown_operation", f"Expected notice.send, but was asked for {call.operation}.")
        if call.inputs.get("to") in (None, ""):
            return Done({"notice_skipped": "no_address"})
        written = letter(call, firm=self.smtp.server.sender_name)
        if isinstance(written, Failed):
            return written
        subject, body = written
        advertising = call.inputs.get("kind") == "advertising"
        unsubscribe = str(_values(call).get("opt_out_link") or "") if advertising else ""
        return self.smtp.send(
            call,
            to=call.inputs.get("to"),
            subject=subject,
            text=body,
            automatic=True,
            unsubscribe=unsubscribe if unsubscribe.startswith("https:") else "",  # RFC 8058 2
        )


def letter(call: Call, *, firm: str = "") -> tuple[str, str] | Failed:
    """Subject and whole text of the notice; also for who prints or says it."""
    event, language = str(call.inputs.get("event")), str(call.inputs.get("language") or "de")
    try:
        subject, text = _template(call.texts, language, event)
    except LookupError:
        return Failed(
            "template_error", f"Expected the text notices.{event} in {language}, but there is none."
        )
    values = _values(call)
    try:
        return writing.render(subject, values, language, call.zone), _body(call, text, values, firm)
    except writing.MissingPlaceholder as error:
        return Failed(
            "missing_field", f"Expected to write the notice {event}, but {{{{{error.name}}}}} is empty."
        )
    except writing.TemplateFault as error:
        return Failed("template_error", str(error))


def _body(call: Call, text: str, values: Mapping[str, object], firm: str) -> str:
    language = str(call.inputs.get("language") or "de")
    opening = str(values.get("salutation") or salutation.general(language))
    body = writing.render(text, {**values, "salutation": opening}, language, call.zone)
    named = writing.placeholders(text)
    if "salutation" not in named:
        body = f"{opening}\n\n{body}"
    signature = str(values.get("firm") or firm)
    below = "\n".join(
        words[language == "en"].format(values[name])
        for name, words in _BELOW.items()
        if values.get(name) and name not in named
    )
    closed = f"{body.strip()}\n\n{salutation.closing(language, opening)}\n{signature}".strip()
    return f"{closed}\n\n{below}".strip() + "\n"


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
