"""What a process's web form must ask, and how an answer becomes a message.

`email` and `text` are needed, the text to be filled in unless a list has rows anyhow; `name`, `subject` and `case_no` mean what they say; every other field becomes a
variable of the case that the message opens.
"""

from collections.abc import Iterator, Mapping
from datetime import tzinfo

from cpm.bpmn import Program
from cpm.case_numbers import case_id, case_number
from cpm.channels import Language, webform
from cpm.errors import Invalid
from cpm.forms import Form
from cpm.forms.show import show
from cpm.forms.show_rows import show_rows
from cpm.queries import changeable
from cpm.queries.lookups.registry import PUBLIC

#: Fields with a meaning of their own.
_MEANT = frozenset({"email", "text", "name", "subject", "case_no"})
#: What the engine tells every case, beside its own facts.
_TOLD = frozenset({"language", "salutation", "name_spoken", "last_message_id"})
_BAD_NUMBER = {
    "de": "„{label}“ ist keine Vorgangsnummer wie C-000042-7; bitte prüfen oder leer lassen.",
    "en": "“{label}” is not a case number such as C-000042-7; please check it or leave it empty.",
}


def against(form: Form, program: Program) -> Iterator[tuple[str, str, str]]:
    """Why the form cannot be the one that customers fill in: field and reason, in English and German."""
    fields = {field.key: field for field in form.fields}
    email, text = fields.get("email"), fields.get("text")
    if email is None or not email.required or email.limits.form != "email" or email.hides:
        yield (
            "email",
            "Expected a required field email of a web form, checked to be an address, but it is none.",
            "Ein Webformular braucht ein Pflichtfeld email, das als Adresse geprüft wird.",
        )
    said = text is not None and (
        text.required or any(field.rows and field.rows.least for field in form.fields)
    )
    if text is None or not said or text.kind not in {"textarea", "textfield"} or text.hides:
        yield (
            "text",
            "Expected a required field text of a web form, for the message itself (beside a list of at least one row it may stay empty), but it is none.",
            "Ein Webformular braucht ein Pflichtfeld text für die Nachricht selbst (neben einer Liste mit mindestens einer Zeile darf es leer bleiben).",
        )
    for key in ("name", "subject", "case_no"):
        if key in fields and fields[key].kind != "textfield":
            yield (
                key,
                f"Expected {key} to be a text field of a web form, but it is a {fields[key].kind}.",
                f"{key} ist in einem Webformular ein Textfeld, hier ist es {fields[key].kind}.",
            )
    if form.takes_files:
        yield (
            "filepicker",
            "Expected no file picker in a web form: customers send files with a mail. But here is one.",
            "Ein Webformular nimmt keine Dateien: Kunden schicken sie mit einer E-Mail.",
        )
    for source in sorted(form.looks_up - PUBLIC):
        yield (
            source,
            f"Expected a web form to look up {' or '.join(sorted(PUBLIC))} only, but it looks up {source}.",
            f"Ein Webformular kann nur {' oder '.join(sorted(PUBLIC))} nachschlagen, dieses schlägt {source} nach.",
        )
    for key in sorted(fields.keys() & _fixed(program)):
        yield (
            key,
            f"Expected no field {key}: that is the engine's own, or an approval stands on it.",
            f"Ein Feld {key} kann ein Webformular nicht haben: Das setzt die Engine, oder eine Freigabe beruht darauf.",
        )


def check(form: Form, values: Mapping[str, object], language: Language) -> None:
    """What a form cannot say itself: a case number has a check digit. Invalid names the field."""
    if number := _one(values, "case_no"):
        try:
            case_id(number)
        except Invalid as error:
            told = _BAD_NUMBER[language].format(label=form.labels(language)["case_no"])
            raise Invalid(told, [("case_no", told)], de=told) from error


def message(
    form: Form,
    program: Program,
    values: Mapping[str, object],
    *,
    page: str,
    title: str,
    language: Language,
    zone: tzinfo,
) -> bytes:
    """The raw message of checked values. A case number goes into the subject, where mail has it, too."""
    further = "\n".join(_further(form, values, language, zone))
    text = _one(values, "text") or further
    subject = _one(values, "subject") or title
    if number := _one(values, "case_no"):
        subject = f"{subject} ({case_number(case_id(number))})"
    fixed = _MEANT | _fixed(program)
    return webform.pack(
        page=page,
        sender=str(values["email"]),
        name=_one(values, "name"),
        subject=subject,
        text=text,
        full_text=text if text == further else f"{text}\n\n{further}".strip(),
        language=language,
        data={key: value for key, value in values.items() if key not in fixed},
    )


def _fixed(program: Program) -> frozenset[str]:
    """What no stranger may say of a case."""
    return (changeable.locked_of(program) | _TOLD) - _MEANT


def _one(values: Mapping[str, object], key: str) -> str:
    found = values.get(key)
    return found if isinstance(found, str) else ""


def _further(form: Form, values: Mapping[str, object], language: str, zone: tzinfo) -> Iterator[str]:
    """What else was entered, for who reads the message: one line a field."""
    for field in form.fields:
        value = values.get(field.key)
        if field.key in {"text", "subject", "email"} or value is None or value is False or value == []:
            continue
        if field.rows is not None:
            yield f"{field.label(language)}:\n{show_rows(field, value, language, zone)}"
            continue
        if not field.label(language):
            continue  # computed, for the process alone
        labels = {option.value: option.label(language) for option in field.options}
        chosen = value if isinstance(value, list) else [value]
        words = [labels.get(str(each)) or show(each, language, zone) for each in chosen]
        yield f"{field.label(language)}: {', '.join(words)}"
