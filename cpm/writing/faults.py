"""What is wrong with a template, or missing to fill it."""

from cpm.errors import Invalid


class TemplateFault(Invalid):
    """The template is no template, or its values do not fit it; `line` is where, if that is known."""

    def __init__(self, line: int | None, message: str, *, de: str) -> None:
        super().__init__(message, de=de)
        self.line = line


class MissingPlaceholder(ValueError):
    """The text needs a value that is not there (or null)."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Expected a value for {{{{{name}}}}}, but there is none.")
        self.name = name

    @property
    def de(self) -> str:
        return f"Für {{{{{self.name}}}}} fehlt der Wert."
