"""Did a machine write this (RFC 3834)? Such mail is filed, never answered, and reopens nothing."""

import re

from cpm.channels.mail.fields import Fields

#: Any value but "no" means automatic: that word says that a person sent it (RFC 3834 5).
_AUTO_SUBMITTED = "auto-submitted"
_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
#: X-Loop, and what senders make of it: X-No-Loop, X-<vendor>-Loop.
_LOOP = re.compile(r"x-(?:[\w-]+-)?loop")
_MARKS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-mail-autoreply",
    "x-failed-recipients",
)
_LISTS = ("list-id", "list-unsubscribe")
_REPORTS = frozenset({"delivery-status", "disposition-notification", "feedback-report"})
_DAEMON = re.compile(r"(?:mailer-daemon|mail-daemon|double-bounce)@")
_SUBJECT = re.compile(
    r"(?:automatische antwort|abwesenheits(?:notiz|nachricht|assistent|meldung)|abwesend\b|ich bin (?:derzeit )?(?:abwesend|nicht im (?:büro|haus))"
    r"|(?:autoreply|auto-reply|auto reply|automatic reply|auto response|auto-response|out of (?:the )?office)\b"
    r"|undeliver(?:able|ed mail)|unzustellbar|mail delivery (?:failed|failure|subsystem)|delivery status notification|returned mail:"
    r"|failure notice$)",
    re.IGNORECASE,
)


def reason(fields: Fields, *, media_type: str, report_type: str, sender: str, subject: str) -> str | None:
    """Why the message counts as automatic, or None when a person seems to have written it."""
    submitted = fields.first(_AUTO_SUBMITTED).partition(";")[0].split("(")[0].strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted[:40]}"
    if media_type == "multipart/report" and (report_type.lower() in _REPORTS or not report_type):
        return f"report: {report_type.lower() or 'unknown'}"
    if any(value.strip() == "<>" for value in fields.all("return-path")):
        return "empty return path"
    if _DAEMON.match(sender):
        return "mail daemon"
    if (precedence := fields.first("precedence").strip().lower()) in _PRECEDENCE:
        return f"Precedence: {precedence}"
    for name, value in fields.items:
        if (_LOOP.fullmatch(name) or name in _MARKS or name in _LISTS) and value.strip().lower() != "no":
            return f"header {name}"
    return "subject of an automatic reply" if _SUBJECT.match(subject) else None
