"""compose.yaml, Containerfile and the systemd units: what they call exists, as they call it. No engine is needed."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cpm.cli import main

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
CONTAINERFILE = (ROOT / "Containerfile").read_text()
UNITS = sorted((ROOT / "docs" / "systemd").iterdir())
SETTINGS = (ROOT / "cpm" / "settings.py").read_text()
#: Of compose-spec.io's services, those that are used here; a misspelt one would be no error to every engine.
KEYS = {
    *("image", "build", "restart", "init", "read_only", "tmpfs", "cap_drop", "security_opt", "secrets"),
    *("environment", "command", "depends_on", "healthcheck", "ports", "volumes", "profiles", "network_mode"),
    *("stop_signal", "stop_grace_period", "shm_size"),
}


def _ours() -> Iterator[tuple[str, dict[str, Any]]]:
    return ((name, one) for name, one in COMPOSE["services"].items() if name != "db")


def _must_be_a_command(words: list[str]) -> None:
    """click reads it as it would, and runs nothing."""
    command = main.commands[words[0]]
    command.make_context(words[0], list(words[1:]))


def _known(variable: str) -> bool:
    """In settings.py, by itself or with _FILE for the secrets that may stand in one."""
    name = variable.removesuffix("_FILE")
    secret = f'_secret_word(environ, "{name}")' in SETTINGS
    return f'"{name}"' in SETTINGS and (secret or not variable.endswith("_FILE"))


def test_services_have_only_what_the_specification_knows():
    for name, service in COMPOSE["services"].items():
        assert set(service) <= KEYS, name
        for needed, how in service.get("depends_on", {}).items():
            assert needed in COMPOSE["services"]
            assert how["condition"] in {"service_healthy", "service_completed_successfully"}
            assert how["condition"] != "service_healthy" or "healthcheck" in COMPOSE["services"][needed]
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", ()):
            source, _, place = volume.partition(":")
            assert not place or source.startswith("./") or source in COMPOSE["volumes"]


def test_images_have_a_version():
    images = [service["image"] for service in COMPOSE["services"].values()]
    images += re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)
    for image in images:
        assert re.fullmatch(r"\S+:\d+\.\d+\S*", image), image


def test_services_run_commands_of_ours_with_settings_of_ours():
    seen = set()
    for name, service in _ours():
        _must_be_a_command(service["command"])
        seen.add(service["command"][0])
        assert [variable for variable in service["environment"] if not _known(variable)] == [], name
        assert "CPM_SECRET" not in service["environment"], "secrets stand in files"
    assert seen == {"init", "serve", "work", "intake", "fetch", "backup"}


def test_programs_wait_for_the_migration_and_have_time_to_end():
    for name in ("web", "work", "intake", "fetch"):
        service = COMPOSE["services"][name]
        assert service["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert service["restart"] == "unless-stopped"
    assert COMPOSE["services"]["migrate"]["restart"] == "no"
    assert int(COMPOSE["services"]["web"]["stop_grace_period"].removesuffix("s")) > 20  # as gunicorn's
    for port in [port for service in COMPOSE["services"].values() for port in service.get("ports", ())]:
        assert port.startswith("127.0.0.1:"), "nothing is open to the world"


def test_programs_that_write_below_their_home_can_do_so():
    """The rest of their file system is read-only; workers of several containers share no folder."""
    for name, service in _ours():
        if service["command"][0] in {"serve", "work"}:
            places = [volume.rpartition(":")[2] for volume in service["volumes"]]
            assert "/var/lib/cpm" in places, name
    assert COMPOSE["services"]["work"]["volumes"] == ["/var/lib/cpm"]
    assert "CPM_HOME=/var/lib/cpm" in CONTAINERFILE


def test_memory_that_runs_out_ends_one_worker_and_not_all():
    assert "\nOOMPolicy=continue\n" in (ROOT / "docs" / "systemd" / "cpm-work@.service").read_text()


def test_the_image_is_installed_as_make_does_it():
    make = (ROOT / "Makefile").read_text()
    for step in ("install --require-hashes -r requirements.lock -r requirements-build.lock",):
        assert step in make
        assert step in CONTAINERFILE
    assert "install --no-deps --no-build-isolation ." in CONTAINERFILE
    user = re.findall(r"^USER (\d+):(\d+)$", CONTAINERFILE, re.MULTILINE)
    assert user
    assert user[-1] != ("0", "0")
    assert 'ENTRYPOINT ["cpm"]' in CONTAINERFILE


def test_the_image_gets_all_that_the_package_is_made_of_and_nothing_else():
    project = (ROOT / "pyproject.toml").read_text()
    folders = re.search(r"only-include = \[(.*?)\]", project)
    assert folders is not None
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    packages = set(re.findall(r'"(\w+)"', folders.group(1)))
    assert packages <= sent
    copied = {
        word
        for line in re.findall(r"^COPY (?!--)(.*) \S+$", CONTAINERFILE, re.MULTILINE)
        for word in line.split()
    }
    assert copied == sent
    assert all((ROOT / name).exists() for name in sent)


@pytest.mark.parametrize(
    "unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name
)
def test_a_unit_runs_a_command_of_ours_with_settings_of_ours(unit: Path):
    told = [
        line.partition("=")[::2] for line in unit.read_text().splitlines() if "=" in line and line[0] != "#"
    ]
    [start] = [shlex.split(value) for key, value in told if key == "ExecStart"]
    assert start[0] == "/opt/cpm/bin/cpm"
    _must_be_a_command(start[1:])
    variables = [value.partition("=")[0] for key, value in told if key == "Environment"]
    assert [name for name in variables if not _known(name)] == []
    given = {value.partition(":")[0] for key, value in told if key == "LoadCredential"}
    read = {value.rpartition("/")[2] for key, value in told if key == "Environment" and "%d/" in value}
    assert read == given
    assert ("User", "cpm") in told
    assert {"NoNewPrivileges", "ProtectSystem", "CapabilityBoundingSet"} <= {key for key, _ in told}


def test_units_that_run_on_are_started_again():
    for name in ("cpm-web.service", "cpm-work@.service", "cpm-intake.service", "cpm-fetch.service"):
        assert "\nRestart=always\n" in (ROOT / "docs" / "systemd" / name).read_text()


def test_a_command_that_is_none_would_be_noticed():
    with pytest.raises(click.NoSuchOption):
        _must_be_a_command(["serve", "--workers", "2"])
    assert not _known("CPM_SECRETS")
    assert not _known("CPM_FIRM_FILE")
