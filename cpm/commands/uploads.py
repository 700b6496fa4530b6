"""What somebody uploads to deploy, single files or zipped folders, as `{name: content}` for `definitions.deploy`."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from cpm.commands import archives, sources
from cpm.commands.archives import LARGEST, MOST_FILES, too_large, unfit
from rules.xml import Refused

_WHOLE_TEXTS = 3  #: parts of `<process>/texts/<language>.toml`


def unpack(uploaded: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Files by name; those in archives without the folders that lie around all of them. Invalid says what is wrong."""
    found: dict[str, bytes] = {}
    for name, content in uploaded:
        for inner, inside in _files(name, content).items():
            if inner in found:
                raise unfit(f"each file once, but {inner} is there twice", f"{inner} ist doppelt.")
            found[inner] = inside
            _bound(found)
    if not found:
        raise unfit(
            "at least one .bpmn, .dmn or .form file or texts, but there is none",
            "Es ist keine .bpmn-, .dmn-, .form- oder Textdatei dabei.",
        )
    return found


def _files(name: str, content: bytes) -> dict[str, bytes]:
    if name.lower().endswith(".zip"):
        return _at_home(_without_top(archives.read(name, content)))
    return {archives.path(name): content}


def _bound(found: dict[str, bytes]) -> None:
    if len(found) > MOST_FILES:
        raise unfit(
            f"at most {MOST_FILES} files, but there are more", f"Es sind mehr als {MOST_FILES} Dateien."
        )
    if sum(map(len, found.values())) > LARGEST:
        raise too_large()


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without the folder that holds everything, but never without the one that tells whose texts they are."""
    tops = {name.partition("/")[0] for name in files}
    shorter = {name.partition("/")[2]: data for name, data in files.items()}
    if len(tops) != 1 or "" in shorter or any(_homeless(name) for name in shorter):
        return files
    return _without_top(shorter)


def _at_home(files: dict[str, bytes]) -> dict[str, bytes]:
    """A process folder was zipped from inside: texts at its top belong to the one process beside them."""
    models = [(name, data) for name, data in files.items() if name.endswith(".bpmn")]
    if len(models) != 1 or not any(map(_homeless, files)):
        return files
    try:
        process = sources.process_ids(*models[0])[0]
    except Refused:  # said of the model when it is checked
        process = PurePosixPath(models[0][0]).stem
    return {f"{process}/{name}" if _homeless(name) else name: data for name, data in files.items()}


def _homeless(name: str) -> bool:
    return name.endswith(".toml") and len(PurePosixPath(name).parts) < _WHOLE_TEXTS
