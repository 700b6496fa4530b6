"""What the description shows as examples of messages to customers."""

from typing import Any

WRITING: dict[str, Any] = {
    "to": ["mara@example.org"],
    "subject": "Your complaint",
    "text": "Dear Ms Beispiel,\n\nyour new boiler leaves tomorrow.\n\nYours sincerely,\nAnna",
    "attachments": [12],
    "answers": 7,
    "language": "en",
    "seen": 7,
}
REPLY: dict[str, Any] = {
    "id": 3,
    "state": "leaving",
    "to": "mara@example.org",
    "cc": "",
    "subject": "Your complaint",
    "message_id": "<k3l5x2@example.org>",
    "sent_at": "2026-03-02T08:05:00Z",
    "why": None,
}
