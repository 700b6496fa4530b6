"""The locks fit what pyproject.toml asks for, and each other; installing from them is the same everywhere."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN, DEV, BUILD = "requirements.lock", "requirements-dev.lock", "requirements-build.lock"


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        (RUN, PROJECT["project"]["dependencies"]),
        (DEV, PROJECT["project"]["optional-dependencies"]["dev"]),
        (BUILD, PROJECT["build-system"]["requires"]),
    ],
)
def test_a_lock_has_a_version_that_fits_each_requirement(lock, wanted):
    """Whoever adds a dependency and forgets `make lock` learns it here, not on another machine."""
    pins = _pins(lock)
    unmet = [text for text in wanted if not _met(Requirement(text), pins)]
    assert unmet == []


@pytest.mark.parametrize("lock", [RUN, BUILD])
def test_developers_run_the_versions_that_users_run(lock):
    tools = _pins(DEV)
    assert {
        name: version for name, version in _pins(lock).items() if tools.get(name, version) != version
    } == {}
    assert lock == BUILD or _pins(lock).keys() <= tools.keys()


@pytest.mark.parametrize("lock", [RUN, DEV, BUILD])
def test_a_lock_names_versions_and_hashes_and_nobodys_hosts(lock):
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())
    assert [
        entry for entry in entries if not re.match(r"[\w.-]+==\S+ \\\n\s+--hash=sha256:\w{64}", entry)
    ] == []
    assert re.findall(r"(?m)^-.*|.*://.*| /\S+", text) == []


def _pins(lock: str) -> dict[str, str]:
    found = re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / lock).read_text())
    return {canonicalize_name(name): version for name, version in found}


def _met(wanted: Requirement, pins: dict[str, str]) -> bool:
    version = pins.get(canonicalize_name(wanted.name))
    return version is not None and wanted.specifier.contains(version)
