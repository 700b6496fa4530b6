"""What comes from others is what the lock names, unchanged, and with its licences."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from web.assets import VENDOR

VENDORING = Path(__file__).parents[2] / "web" / "vendoring"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return json.loads((VENDOR / "manifest.json").read_text())


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The build at another place of the disk."""
    if not (VENDORING / "node_modules").is_dir() or not shutil.which("node"):
        pytest.skip("`make vendor-check` installs what the build needs")
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(VENDORING, elsewhere)
    return elsewhere


def test_the_lock_names_versions_and_hashes_and_no_host():
    """Whoever builds takes the packages from where their npm looks; the hashes say whether they are the same."""
    locked = json.loads((VENDORING / "package-lock.json").read_text())["packages"]
    for name, package in locked.items():
        assert "resolved" not in package, name
        if name:
            assert package["integrity"].startswith("sha512-"), name


def test_every_pin_is_exact():
    asked = json.loads((VENDORING / "package.json").read_text())
    versions = {**asked["dependencies"], **asked["devDependencies"]}.values()
    assert [version for version in versions if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_manifest_lists_every_file_as_it_is(manifest: dict[str, Any]):
    """A browser refuses a script that differs from its integrity."""
    listed = {asset["file"]: asset for asset in manifest["assets"].values()}
    for name, asset in listed.items():
        content = (VENDOR / name).read_bytes()
        digest = b64encode(hashlib.sha384(content).digest()).decode()
        assert (asset["bytes"], asset["integrity"]) == (len(content), f"sha384-{digest}")
    there = {path.name for path in VENDOR.iterdir()}
    assert there == {*listed, "manifest.json", "THIRD_PARTY_NOTICES.txt"}


def test_every_package_inside_has_its_licence_told(manifest: dict[str, Any]):
    notices = (VENDOR / "THIRD_PARTY_NOTICES.txt").read_text()
    for package in manifest["packages"]:
        name, _, version = package.rpartition("@")
        assert f"\n{name} {version}\n\n" in notices
    assert {"htmx.org", "bpmn-js"} <= {package.rpartition("@")[0] for package in manifest["packages"]}


def test_the_watermark_of_bpmn_io_is_in_the_viewer(manifest: dict[str, Any]):
    """Its licence asks for that."""
    viewer = (VENDOR / manifest["assets"]["viewer.js"]["file"]).read_text()
    assert "http://bpmn.io" in viewer
    assert "bjs-powered-by" in viewer


@pytest.mark.slow
def test_the_build_gives_the_same_bytes_at_another_place_and_time(copy: Path, tmp_path: Path):
    made = {"here": (VENDORING, "UTC", "C"), "there": (copy, "Asia/Kathmandu", "de_DE.UTF-8")}
    for name, (home, zone, locale) in made.items():
        _build(home, tmp_path / name, TZ=zone, LC_ALL=locale)
    committed = _content(VENDOR)
    assert _content(tmp_path / "here") == _content(tmp_path / "there") == committed


@pytest.mark.slow
def test_the_check_names_every_file_that_differs(copy: Path, tmp_path: Path):
    changed = tmp_path / "vendor"
    shutil.copytree(VENDOR, changed)
    (changed / "stray.js").write_text("1")
    (changed / "manifest.json").unlink()
    (changed / "THIRD_PARTY_NOTICES.txt").write_text("none")
    done = _node(copy, "--check", "--into", changed)
    assert done.returncode == 1
    for line in ("stray.js: nothing", "manifest.json: missing", "NOTICES.txt: other bytes", "make vendor"):
        assert line in done.stderr


def _build(home: Path, folder: Path, **environment: str) -> None:
    done = _node(home, "--into", folder, **environment)
    assert done.returncode == 0, done.stderr


def _node(home: Path, *options: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["node", home / "build.mjs", *options]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
