"""What no page may ever do, whatever the test is about: complain in the console, break the policy, fail."""

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Response, WebError

#: A refusal is an answer; a part of a page that is missing is a mistake.
_MAY_BE_REFUSED = {"document", "fetch", "xhr"}
#: Chromium's words for every answer of 400 and more; `_answered` judges those by what was asked for.
_ANSWER = "Failed to load resource: the server responded with a status of"


@dataclass
class Faults:
    """Violations of the content security policy are among the console's errors."""

    seen: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._said)
        context.on("weberror", self._raised)
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_ANSWER):
            self.seen.append(f"console on {_at(message)}: {message.text}")

    def _raised(self, error: WebError) -> None:
        self.seen.append(f"script on {error.page and error.page.url}: {error.error}")

    def _answered(self, response: Response) -> None:
        refused = response.status >= 400 and response.request.resource_type not in _MAY_BE_REFUSED
        if refused or response.status >= 500:
            self.seen.append(f"{response.request.method} {response.url} answered {response.status}")


def _at(message: ConsoleMessage) -> str:
    return message.page.url if message.page else message.location["url"]
