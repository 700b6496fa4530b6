"""Writing to customers on the page of a case: the editor, the preview, and what is leaving."""

from web.agent.reply import as_sent, editor, leaving, preview

__all__ = ["as_sent", "editor", "leaving", "preview"]
