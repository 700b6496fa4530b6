"""`document.render`: a letter of the process, made into a file of the case.

    inputs: template (its name), language, values (a context for the placeholders), format (pdf, docx, xlsx, csv, txt)
            name, or kind and number, both optional: what the file is called
            blocks: keys of text blocks of the process; the letter gets each as a value of that name, filled in
            replaces: the id of a file of the case, of which this is the next version

The step gets `document`, the id of the file. Nothing is reached outside, so every attempt makes the same file; the case keeps
that of the one that is settled.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cpm import writing
from cpm.connectors.outcomes import Call, Done, Failed, Made, Outcome, Retry
from cpm.writing import MissingPlaceholder, TemplateFault, letters

#: Over each page of what is typeset where people practise: nobody posts it.
_PRACTICE = b"""#set page(foreground: rotate(-40deg, text(64pt, fill: rgb("#c0000055"))[*\xc3\x9cbung \xc2\xb7 Training*])); """


@dataclass(frozen=True, slots=True)
class Letters:
    firm: str
    name: str = "document"
    practice: bool = False  #: each page of a PDF says that it is none for a customer

    def __call__(self, call: Call) -> Outcome:
        if call.verb != "render":
            return Failed(
                "unknown_operation", f"Expected document.render, but was asked for {call.operation}."
            )
        letter, language = _text(call, "template"), _text(call, "language") or "de"
        if letter is None:
            return Failed("missing_field", "Expected the name of a letter in 'template', but there is none.")
        try:
            values = self._values(call)
            made = letters.write(
                _for_practice(call.letters) if self.practice else call.letters,
                letter,
                _text(call, "format") or "pdf",
                letters.Data({**values, **_blocks(call, values, language)}, language, call.now),
            )
        except MissingPlaceholder as error:
            why = f"Expected to write the letter {letter}, but {{{{{error.name}}}}} is empty."
            return Failed("missing_field", why)
        except TemplateFault as error:
            return Failed("template_error", str(error))
        except OSError as error:  # no room on the disk, no memory for a child
            return Retry(f"Expected to make the letter {letter}, but {error.strerror}.", code="exhausted")
        return Done(files=(_file(call, letter, made),))

    def _values(self, call: Call) -> dict[str, object]:
        given = call.inputs.get("values")
        return {
            "firm": self.firm,
            "case_no": call.case_number,
            **(given if isinstance(given, Mapping) else {}),
        }


def _for_practice(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """On the first line, so that faults keep their lines."""
    return {
        name: _PRACTICE + content if name.endswith((".de.typ", ".en.typ")) else content
        for name, content in files.items()
    }


def _blocks(call: Call, values: Mapping[str, object], language: str) -> dict[str, str]:
    """By their keys; of blocks that stand in the letter itself, as a table does, there may be no text."""
    wanted, known = call.inputs.get("blocks"), call.texts.get(language, {}).get("blocks", {})
    return {
        key: writing.render(str(known[key]["text"]), values, language, call.zone)
        for key in (wanted if isinstance(wanted, list) else ())
        if key in known
    }


def _file(call: Call, letter: str, made: letters.Written) -> Made:
    kind = _text(call, "kind")
    name = _text(call, "name") or (None if kind else letter)
    return Made(
        made.content,
        made.media_type,
        made.ending,
        name=name,
        kind=kind,
        number=_text(call, "number"),
        replaces=_text(call, "replaces"),
    )


def _text(call: Call, name: str) -> str | None:
    found = call.inputs.get(name)
    return str(found).strip() or None if found is not None else None
