"""How to sign in as the demo's people: passwords made at the first start, kept so that the next can print them again."""

import os
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cpm import passwords
from cpm.commands import passwords as commands
from cpm.engine import Engine
from cpm.model import User

_FILE = "demo-sign-in.toml"


@dataclass(frozen=True, slots=True)
class Person:
    login: str
    password: str | None  #: None: they have chosen another one
    name: str
    roles: tuple[str, ...]


def people(engine: Engine, logins: Iterable[str], *, actor: str) -> tuple[Person, ...]:
    """All who may sign in; whoever has no password gets one, and all get new ones if the file is lost."""
    file = engine.settings.home / _FILE
    kept = _read(file)
    with engine.read() as look:
        found = [look.get(User, login) for login in logins]
    new = [user for user in found if user.login not in kept or user.password is None]
    known = {user.login: kept.get(user.login) or passwords.generate() for user in found}
    if new:
        _write(file, {**kept, **known})  # first: a password that nobody knows would be of no use
        _put(engine, {user.login: known[user.login] for user in new}, actor)
    changed = {
        user.login
        for user in found
        if user not in new and not passwords.verify(user.password, known[user.login])
    }
    return tuple(
        Person(user.login, None if user.login in changed else known[user.login], user.name, tuple(user.roles))
        for user in found
        if user.active
    )


def _put(engine: Engine, made: Mapping[str, str], actor: str) -> None:
    hashes = {login: passwords.hash_(password) for login, password in made.items()}
    with engine.begin(actor) as uow:
        for login, hash_of_it in hashes.items():
            commands.put(uow, login, hash_of_it)


def _read(file: Path) -> dict[str, str]:
    """Nothing if it is lost or spoilt."""
    try:
        found = tomllib.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return {login: password for login, password in found.items() if isinstance(password, str)}


def _write(file: Path, known: Mapping[str, str]) -> None:
    """Readable by its owner only, and whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = ["# How to sign in to the demo. Delete this file and the next start makes new passwords."]
    lines += [f'"{login}" = "{password}"' for login, password in known.items()]
    handle, name = tempfile.mkstemp(dir=file.parent)  # 0600
    with os.fdopen(handle, "w") as whole:
        whole.write("\n".join([*lines, ""]))
    Path(name).replace(file)
