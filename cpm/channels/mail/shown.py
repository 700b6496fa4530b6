"""The HTML of a mail as it may be shown: without scripts, styles, forms and frames, and with nothing fetched from anywhere.

Images that came with the mail are put into it, others are left out and counted: who looks at a mail tells its sender
nothing. What is left is still a stranger's, and belongs into a frame that may do nothing.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cpm.channels.mail import bodies, parts
from cpm.channels.mail.fields import split

_CHILD = Path(__file__).with_name("cleaning_child.py")
_SECONDS = 4
_MOST_TEXT = 1_000_000
_MOST_IMAGES = 5_000_000  #: bytes of all images together
_LARGEST = 20_000_000  #: bytes of what is shown
#: By its first bytes; what the sender says counts for nothing. No SVG: it is a document of its own.
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    html: str
    blocked: int  #: images that would have been fetched from elsewhere, or are none
    tangled: bool = False  #: nothing of it is shown: it would take too long to make it harmless


def of_mail(raw: bytes) -> Shown | None:
    """None if it has no HTML. Raises `Unreadable`."""
    fields, body = split(raw)
    leaves = list(parts.read(fields, body).leaves())
    page = next((leaf for leaf in leaves if leaf.media_type == "text/html" and bodies.is_body(leaf)), None)
    return None if page is None else _cleaned(page.text[:_MOST_TEXT], dict(_inside(leaves)))


def _cleaned(page: str, inside: Mapping[str, str]) -> Shown:
    """By a child: 44 kB of `<b id=1><b id=2>...<p>x<p>x` become 63 MB, 1 MB of `<div>` takes minutes (nh3 0.3, measured)."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps({"page": page, "inside": inside}).encode(),
            env={"PATH": os.defpath},
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Shown("", 0, tangled=True)
    if done.returncode or len(done.stdout) > _LARGEST:
        return Shown("", 0, tangled=True)
    made = json.loads(done.stdout)
    return Shown(made["html"], made["blocked"])


def _inside(leaves: list[parts.Part]) -> Iterator[tuple[str, str]]:
    left = _MOST_IMAGES
    for leaf in leaves:
        key = leaf.fields.first("content-id").strip().strip("<>")
        kind = _kind(content := leaf.content) if key else None
        if kind is not None and len(content) <= left:
            left -= len(content)
            yield key, f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _kind(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in _IMAGES if content.startswith(beginning)), None)
