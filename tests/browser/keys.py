"""Hands without a mouse: every press of a key is counted, the text that somebody types is not."""

from playwright.sync_api import Error, Locator, Page

_FAR = 60  #: presses of the tab key in a row; who has to press more has lost the way
_ONE_WORD, _TRIES = 1500, 3  # milliseconds, more than browsers wait for the next letter
_HERE = "element => element === document.activeElement"
_LOST = "() => document.activeElement === null || document.activeElement === document.body"


class Keys:
    """A page as somebody works it who has the keyboard alone; the focus is never lost on the way."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed: list[str] = []

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            at = self.page.url
            had = not self._lost()
            self.page.keyboard.press(key)
            self.pressed.append(key)
            self._arrived()
            if had and self.page.url == at and self._lost():
                raise AssertionError(f"Expected the focus to stay on {at} after {key}, but it is lost")

    def reload(self) -> None:
        """F5, which is the browser's own."""
        self.page.reload()
        self.pressed.append("F5")

    def type(self, text: str) -> None:
        """Into the field that has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, target: Locator, key: str = "Tab") -> None:
        for _ in range(_FAR):
            if target.count() and target.first.evaluate(_HERE):
                return
            self.press(key)
        raise AssertionError(f"Expected {target} to be within {_FAR} presses of {key}, but it is not")

    def fill(self, target: Locator, text: str) -> None:
        self.tab_to(target)
        self.type(text)

    def choose(self, target: Locator, letters: str, value: str) -> None:
        """Of a list, by the first letters of what it is called.

        A browser takes letters for one word only while they follow one another within a second, which a machine under
        load may not manage: then they are typed again once that is over, and counted once.
        """
        self.tab_to(target)
        self._arrived()
        self.pressed += letters
        for _ in range(_TRIES):
            self.page.keyboard.type(letters)
            self._arrived()
            if target.input_value() == value:
                return
            self.page.wait_for_timeout(_ONE_WORD)
        raise AssertionError(f"Expected {letters} to choose {value}, but it chose {target.input_value()}")

    def _arrived(self) -> None:
        """Pages and parts of pages that the key has sent for are there."""
        self.page.wait_for_function("() => !document.querySelector('.htmx-request, form[data-sent]')")
        self.page.wait_for_load_state()

    def _lost(self) -> bool:
        try:
            return bool(self.page.evaluate(_LOST))
        except Error:  # this page has just gone
            self._arrived()
            return False

    @property
    def count(self) -> int:
        return len(self.pressed)

    def told(self) -> str:
        """What was pressed, in a row, with how often."""
        runs: list[list[object]] = []
        for key in self.pressed:
            if runs and runs[-1][0] == key:
                runs[-1][1] = int(str(runs[-1][1])) + 1
            else:
                runs.append([key, 1])
        return " ".join(f"{key}x{times}" if times != 1 else str(key) for key, times in runs)
