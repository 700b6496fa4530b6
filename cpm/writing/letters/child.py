"""Runs in a process of its own (`press.py`): makes what lies in the folder, within bounds of time, memory and size.

Started by its path and isolated, so it imports nothing of ours but what makes Word documents.
"""

import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

_SECONDS = 18
_MEMORY = (
    2 * 1024**3
)  #: address space: typst maps its fonts and keeps 100 MB, its arenas take more than they use
_LARGEST = 64 * 1024**2  #: bytes of a file
_LINE = re.compile(r"┌─ [^\n]*?([^/\s]+):(\d+):\d+")


def main(root: Path, code: Path) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST, _LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for folder in sorted(root.iterdir(), key=lambda each: each.name.zfill(9)):
        if folder.is_dir():
            _make(folder, json.loads((folder / "order.json").read_text(encoding="utf-8")), code)


def _make(folder: Path, order: dict[str, Any], code: Path) -> None:
    if order["make"] in ("pdf", "png"):
        answer = _typeset(folder / "files", order)
    else:
        if str(code) not in sys.path:
            sys.path.insert(0, str(code))
        from cpm.writing.letters import word  # noqa: PLC0415 - only who makes one needs it

        answer = word.answer(folder / "files" / order["main"], order["make"], order["options"])
    done = isinstance(answer, bytes)
    part = folder / "part"  # whoever is stopped while it writes leaves nothing half under the name
    part.write_bytes(answer if isinstance(answer, bytes) else json.dumps(answer).encode())
    part.rename(folder / ("made" if done else "fault.json"))


def _typeset(files: Path, order: dict[str, Any]) -> bytes | dict[str, Any]:
    import typst  # noqa: PLC0415 - Word needs none

    options = order["options"]
    found: dict[str, Any] = (
        {"pdf_standards": ["a-2a", "ua-1"]} if order["make"] == "pdf" else {"ppi": options["ppi"]}
    )
    nowhere = files.parent / "packages"
    try:
        made = typst.compile(
            str(files / order["main"]),
            root=str(files),
            format=order["make"],
            ignore_system_fonts=True,
            package_path=str(nowhere),
            package_cache_path=str(nowhere),
            timestamp=options["timestamp"],
            **found,
        )
    except typst.TypstError as error:
        return _fault(error, files, order["main"])
    pages = made if isinstance(made, list) else [made]
    return bytes(pages[min(options.get("page", 0), len(pages) - 1)])


def _fault(error: Any, files: Path, main: str) -> dict[str, Any]:
    """The place in the letter itself: of an error in a part, where the letter uses it."""
    told = str(getattr(error, "diagnostic", "") or "")
    places = [(name, int(line)) for name, line in _LINE.findall(told)]
    line = next((line for name, line in places if name == main), None)
    message = str(getattr(error, "message", error)).replace(str(files), "")
    part = places[0] if places and places[0][0] != main else None
    where = f" ({part[0]}:{part[1]})" if part else ""
    return {"line": line, "message": message + where}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
