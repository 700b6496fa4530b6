"""What can go wrong with an expression besides being null."""


class FeelError(ValueError):
    """An expression cannot be read: at this line and column (both from 1) something else was expected."""

    def __init__(
        self,
        message: str,
        *,
        german: str = "",
        line: int = 1,
        column: int = 1,
        expected: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(f"{message} {hint}".rstrip())
        self.german = german or str(
            self
        )  #: the same in German, where it is about how an expression is written
        self.line = line
        self.column = column
        self.expected = expected
        self.hint = hint  #: what the author probably meant, or nothing; the message ends with it


class FeelLimit(FeelError):
    """An evaluation was stopped, because it takes too many steps or grows too deep or too large."""


class FeelAssertion(FeelError):
    """The expression itself called `assert`, and its condition did not hold."""


class Unfit(Exception):
    """An argument has the wrong type or is out of bounds."""
