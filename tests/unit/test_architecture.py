"""The shape that ARCHITECTURE.md and the house style promise, held by machine."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = sorted(
    file
    for folder in ("cpm", "rules", "web", "migrations")
    for file in (ROOT / folder).rglob("*.py")
    if "node_modules" not in file.parts
)
SHIPPED = [file for file in CODE if file.relative_to(ROOT).parts[0] != "migrations"]
#: What turns text into running code, or bytes into objects of the sender's choice.
DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__"}
DANGEROUS_MODULES = {"pickle", "marshal", "shelve", "runpy", "code", "codeop"}


def test_imports_follow_the_arrows():
    """`pyproject.toml` holds the contracts; a new module without a place in them fails here too."""
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_one_place_commits():
    """One command is one transaction; a second place that commits would break that without anyone noticing."""
    places = [_place(file, call) for file in SHIPPED for call in _calls(file) if _commits(call)]
    assert len(places) == 1, places
    assert places[0].startswith("cpm/database.py:")


def test_only_the_engine_the_schema_and_a_restore_open_writing_transactions():
    """Everything else is handed its unit of work; a restore is there before there is an engine."""
    users = {
        _name(file) for file in SHIPPED for call in _calls(file) if _method(call) == "write" and not call.args
    }
    assert users <= {"cpm/engine.py", "cpm/schema.py", "cpm/backup/restoring.py"}


def test_no_text_becomes_code():
    """Definitions, tables and mails come from strangers."""
    calls = [
        _place(file, call) for file in SHIPPED for call in _calls(file) if _function(call) in DANGEROUS_CALLS
    ]
    imports = [f"{_name(file)}: {name}" for file in SHIPPED for name in _imports(file) & DANGEROUS_MODULES]
    assert calls + imports == []


@pytest.mark.parametrize("file", CODE, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_is_one_idea(file: Path):
    """300 lines are where a file is split."""
    assert len(file.read_text().splitlines()) <= 300


def _calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(_tree(file)) if isinstance(node, ast.Call))


def _imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(), str(file))


def _commits(call: ast.Call) -> bool:
    """`anything.commit()`, or SQLAlchemy's `begin()`, which commits when its block ends; ours names an actor."""
    return _method(call) == "commit" or (_method(call) == "begin" and not call.args and not call.keywords)


def _method(call: ast.Call) -> str | None:
    return call.func.attr if isinstance(call.func, ast.Attribute) else None


def _function(call: ast.Call) -> str | None:
    """The builtin that is called; `re.compile` is a method and harmless."""
    return call.func.id if isinstance(call.func, ast.Name) else None


def _place(file: Path, node: ast.Call) -> str:
    return f"{_name(file)}:{node.lineno}"


def _name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()
