"""What speaks against texts and letters together: whose they are, whether the languages agree, whether letters can be made."""

import hashlib
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

from cpm.commands import sources, text_templates
from cpm.commands.sources import Source
from cpm.model import ResourceKind
from cpm.places import FIRM
from cpm.writing import letters
from rules.xml import Finding

Future = Mapping[tuple[ResourceKind, str], Source]
#: Digests of letters that nothing spoke against, with all that they may use.
_WELL: deque[bytes] = deque(maxlen=200)
_OF_LETTERS = (ResourceKind.TEMPLATE, ResourceKind.SAMPLE)


def against(read: Sequence[Source], future: Future) -> Iterator[Finding]:
    """`read` is what is deployed, `future` all that will be in force with it."""
    yield from _orphans(read, future)
    yield from _apart(read, future)
    yield from _letters(read, future)


def _orphans(read: Sequence[Source], future: Future) -> Iterator[Finding]:
    """Texts and letters of no process would silently never be read."""
    for source in read:
        process = _owner(source)
        if process not in {None, FIRM} and (ResourceKind.PROCESS, process) not in future:
            yield Finding(
                source.file,
                None,
                None,
                f"Expected the folder to be named like a process, but there is no process {process}.",
                f"Der Ordner heißt wie ein Prozess, einen Prozess {process} gibt es aber nicht.",
            )


def _owner(source: Source) -> str | None:
    return source.key.partition("/")[0] if source.kind == ResourceKind.SAMPLE else source.owner


def _apart(read: Sequence[Source], future: Future) -> Iterator[Finding]:
    """Both languages of a process say the same, as soon as one of them is deployed."""
    for owner in sorted({source.owner or "" for source in read if source.kind == ResourceKind.TEXTS}):
        keys = ((ResourceKind.TEXTS, f"{owner}.{language}") for language in sources.LANGUAGES)
        both = [future[key] for key in keys if key in future]
        yield from text_templates.against_each_other({source.file: source.content for source in both})


def _letters(read: Sequence[Source], future: Future) -> Iterator[Finding]:
    """All letters of whose anything is deployed: a part may be in any of them."""
    owners = {_owner(source) or "" for source in read if source.kind in _OF_LETTERS}
    held = [source for source in future.values() if source.kind in _OF_LETTERS]
    if FIRM in owners:
        owners |= {_owner(source) or "" for source in held}
    for owner in sorted(owners):
        own = {_name(source): source for source in held if _owner(source) == owner}
        shared = {_name(source): source for source in held if _owner(source) == FIRM}
        known = {name: source.content for name, source in {**shared, **own}.items()}
        for fault in _checked(known, own):
            yield Finding(own[fault.file].file, fault.line, None, fault.english, fault.german)


def _checked(known: Mapping[str, bytes], files: Collection[str]) -> Sequence[letters.Fault]:
    """What was well is not made again to look at it. A fault is not kept: a child that was stopped may have more time then."""
    key = _digest(known, files)
    if key in _WELL:
        return ()
    if not (found := letters.check(known, files)):
        _WELL.append(key)
    return found


def _digest(known: Mapping[str, bytes], files: Collection[str]) -> bytes:
    parts = [f"{name} {hashlib.sha256(known[name]).hexdigest()}" for name in sorted(known)]
    return hashlib.sha256("\n".join([*parts, "", *sorted(files)]).encode()).digest()


def _name(source: Source) -> str:
    return source.key.partition("/")[2]
