"""What an installation allows processes to call over HTTP, and the secrets that it lends them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

_SECRET = re.compile(r"CPM_OUTGOING_SECRET_([A-Z][A-Z0-9_]{0,59}?)(?:_FILE)?")


@dataclass(frozen=True, slots=True)
class OutgoingSettings:
    #: CPM_OUTGOING_HOSTS: which hosts may be called (`connectors/http/allowed.py`); empty: none
    hosts: str = ""
    #: CPM_OUTGOING_SECRET_<NAME>, or _FILE, by name
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    #: CPM_OUTGOING_SECRET_<NAME>_HOSTS: where a secret may be sent; without it, to any host that may be called
    secret_hosts: Mapping[str, frozenset[str]] = field(default_factory=dict)


def load(environ: Mapping[str, str], secret_word: Callable[[str], str | None]) -> OutgoingSettings:
    """`secret_word` reads a secret from the variable, or from the file that its name with _FILE points to."""
    given = [name for name in environ if not name.endswith("_HOSTS")]
    names = {found[1] for each in given if (found := _SECRET.fullmatch(each))}
    secrets = {name: word for name in sorted(names) if (word := secret_word(f"CPM_OUTGOING_SECRET_{name}"))}
    tied = {name: environ.get(f"CPM_OUTGOING_SECRET_{name}_HOSTS", "") for name in secrets}
    hosts = {name: frozenset(text.lower().replace(",", " ").split()) for name, text in tied.items()}
    return OutgoingSettings(environ.get("CPM_OUTGOING_HOSTS", ""), secrets, hosts)
