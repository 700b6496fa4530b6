"""The place to practise: an installation beside the real one, with the firm's own processes and cases that are made up.

Of the real environment it gets what is listed here and nothing else: no secret, no password, no address of another system.
"""

import contextlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cpm import demo, training_settings
from cpm.commands import definitions, public_forms, teams, training
from cpm.engine import Engine
from cpm.library import in_force
from cpm.model import PublicForm, ResourceKind, Team
from cpm.settings import Settings
from cpm.uow import UnitOfWork

ACTOR = "cpm training"
_PASSED = ("PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")
_OURS = ("FIRM", "ZONE", "LAND", "LOG_LEVEL", "SESSION_IDLE", "SESSION_HOURS", "HTTP_PROXIES", "MAIL_FROM")


def folder(settings: Settings) -> Path:
    return settings.home / training_settings.FOLDER


def environ(given: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """What its processes are started with."""
    named = (*_PASSED, *(f"CPM_{name}" for name in _OURS))
    kept = {name: value for name, value in given.items() if name in named or name.startswith("LC_")}
    port = settings.training.port
    return kept | {
        "CPM_HOME": str(folder(settings)),
        "CPM_TRAINING": "on",
        "CPM_TRAINING_KEY": settings.training.key.decode(),
        "CPM_TRAINING_DESK": settings.http_url,
        "CPM_HTTP_PORT": str(port),
        "CPM_HTTP_URL": settings.training.url or f"http://127.0.0.1:{port}",
    }


def copy(real: Engine, practice: Engine) -> None:
    """The firm's teams, and its processes, tables, forms and texts in force: people practise what they do."""
    with real.read() as look:
        rows = [resource for kind in ResourceKind for resource in look.session.scalars(in_force(kind))]
        files = {resource.file: resource.content for resource in rows}
        known = {
            team.key: (team.name_de, team.name_en, team.calendar)
            for team in look.session.scalars(select(Team))
        }
    with practice.begin(ACTOR) as uow:
        for key, (german, english, calendar) in known.items():
            if uow.session.get(Team, key) is None:
                teams.add_team(uow, key, name_de=german, name_en=english, calendar=calendar)
        uow.session.flush()
        definitions.deploy(uow, files, comment="")
    practice.library.refresh(now=True)


def load(practice: Engine) -> None:
    """Customers and cases to begin with, unless there are some."""
    with practice.begin(ACTOR) as uow:
        _open_forms(uow)
        if training.untouched(uow):
            _begin(uow)


def start_over(practice: Engine, actor: str) -> None:
    """All that was done is gone, here and in the demo's ERP."""
    with practice.begin(actor) as uow:
        training.start_over(uow)
        _begin(uow)
    for end in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(OSError):
            practice.settings.erp.demo.with_name(practice.settings.erp.demo.name + end).unlink()


def mails() -> list[bytes]:
    return [(demo.FOLDER / name).read_bytes() for name in _data()["mails"]]


def _begin(uow: UnitOfWork) -> None:
    for customer in _data()["customers"]:
        demo.add_customer(uow, customer)
    training.begin(uow, mails())


def _open_forms(uow: UnitOfWork) -> None:
    """They stay, however often all begins afresh."""
    for process in _data()["web_forms"]:
        if uow.session.scalar(select(PublicForm.id).where(PublicForm.process == process).limit(1)) is None:
            public_forms.add(uow, process)


def _data() -> dict[str, list[Any]]:
    return tomllib.loads((demo.FOLDER / "demo.toml").read_text())
