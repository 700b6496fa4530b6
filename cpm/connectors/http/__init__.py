"""Any other system over HTTP: operations that a designer declares beside a process, called within an allow list."""

from cpm.connectors.http.allowed import Entry, NotAllowed, parts_of, read_entries
from cpm.connectors.http.connector import Http, Secret, as_json, body_of
from cpm.connectors.http.operations import Hook, Operation, System
from cpm.connectors.http.reading import KEY, read

__all__ = [
    "KEY",
    "Entry",
    "Hook",
    "Http",
    "NotAllowed",
    "Operation",
    "Secret",
    "System",
    "as_json",
    "body_of",
    "parts_of",
    "read",
    "read_entries",
]
