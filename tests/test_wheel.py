"""The wheel, installed as an operator would: into an empty environment, started in an empty folder."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built without isolation: the backend is one of the locked tools of this environment."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    )
    [built] = folder.glob("cpm-*.whl")
    return built


@pytest.fixture(scope="module")
def cpm(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program `cpm` of an environment that has the wheel and what requirements.lock names, nothing else."""
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, symlinks=True)
    # Our pip works on it: one of its own would have to be installed first. Python compiles what is used when it is used.
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", environment)
    install = (*pip, "install", "--quiet", "--no-compile")
    _run(*install, "--require-hashes", "-r", ROOT / "requirements.lock")
    _run(*install, "--no-deps", wheel)
    _run(*pip, "check")
    return environment / "bin" / "cpm"


def test_the_wheel_holds_code_processes_tables_and_migrations_and_nothing_else(wheel: Path):
    """What is forgotten here is missed only at the customer's."""
    names = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    packed = {name for name in names if not name.parts[0].endswith(".dist-info")}
    assert packed == _shipped()
    assert {name.parts[0] for name in packed} == {"cpm", "rules", "web", "processes", "migrations"}
    assert {".py", ".dmn", ".bpmn", ".form", ".toml", ".mako"} <= {name.suffix for name in packed}


def test_the_installed_program_makes_its_database_in_an_empty_folder(cpm: Path, tmp_path: Path):
    """It must not lean on the checkout that it was built from."""
    said = _run(cpm, "init", cwd=tmp_path)
    assert "Put in force:" in said
    assert (tmp_path / "var" / "cpm.db").exists()
    _run(cpm, "init", cwd=tmp_path)
    _run(cpm, "tasks", cwd=tmp_path)


def _shipped() -> set[Path]:
    """Everything that git keeps, or would, in the folders of the wheel."""
    folders = ("cpm", "rules", "web", "processes", "migrations")
    listed = _run("git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders, cwd=ROOT)
    names = (Path(name) for name in listed.splitlines())
    return {name for name in names if (ROOT / name).exists() and not {"tests", "vendoring"} & set(name.parts)}


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("CPM_", "PYTHON"))
    }
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} said: {done.stdout}{done.stderr}"
    return done.stdout
