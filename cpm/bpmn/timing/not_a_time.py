"""What is no date, duration or cycle."""


class NotATime(ValueError):
    """The fact, to stand behind "but" and "aber"."""

    def __init__(self, english: str, german: str) -> None:
        super().__init__(english)
        self.german = german
