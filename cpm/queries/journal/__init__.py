"""The journal as a story that a person reads who has never seen a BPMN model."""

from cpm.queries.journal.story import Entry, Journal, journal, newest, part, told

__all__ = ["Entry", "Journal", "journal", "newest", "part", "told"]
