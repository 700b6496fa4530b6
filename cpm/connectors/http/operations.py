"""Operations of another system, as a designer declares them in `<process>/http/<system>.toml`; docs/http.md tells all of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.feel import Expression

Words = Mapping[str, str]  #: by language
#: Answers after which trying again may help, unless the file says otherwise.
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
#: Those of them that do not say whether it was done: a gateway's time-out may come after its server's work.
DOUBTFUL = frozenset({500, 502, 504})
#: What is not there (any more).
_AWAY = frozenset({404, 410})
_SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE"})  #: RFC 9110 9.2.2: twice is as once


@dataclass(frozen=True, slots=True)
class Value:
    """A fixed text, which may hold `{{secrets.NAME}}`, or a FEEL expression over the inputs, which may not."""

    text: str
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Which answers mean what: the first that fits counts."""

    code: str
    statuses: tuple[int, ...] = ()
    when: Expression | None = None
    why: Value | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    key: str
    name: Words
    method: str
    url: str  #: with {input} in the path
    inputs: Mapping[str, Words]  #: what the model must give, with their labels
    optional: frozenset[str]  #: those of them that may be null
    query: Mapping[str, Value] = field(default_factory=dict)
    headers: Mapping[str, Value] = field(default_factory=dict)
    body: Expression | None = None  #: made into JSON
    form: Mapping[str, Value] = field(default_factory=dict)
    result: Mapping[str, Expression] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    retried: frozenset[int] | None = None  #: None: as is usual for it
    #: the header that carries the idempotency key; with one, or with `repeatable`, an unknown outcome is tried again
    key_header: str = ""
    repeatable: bool = False
    timeout: float = 10.0

    @property
    def twice_is_once(self) -> bool:
        return self.method in _SAFE or bool(self.key_header) or self.repeatable

    def done_before(self, status: int, attempt: int) -> bool:
        """Whether an answer says that an earlier attempt, whose own answer was lost, has done it: who deletes finds nothing then."""
        return self.method == "DELETE" and attempt > 1 and status in _AWAY


@dataclass(frozen=True, slots=True)
class Hook:
    """What another system may tell us at `/hooks/<owner>/<system>/<key>`, and which message that is."""

    key: str
    name: Words
    message: str
    correlation: Expression
    id: Expression
    variables: Expression | None
    secret: str  #: the name of it
    scheme: str  #: standard | hmac-sha256 | bearer
    header: str  #: that carries the signature of `hmac-sha256`
    when: Expression | None = None  #: what else comes is answered and forgotten


@dataclass(frozen=True, slots=True)
class System:
    name: Words
    secrets: frozenset[str]
    operations: Mapping[str, Operation]
    hooks: Mapping[str, Hook]
