"""`cpm init`, `deploy` and `check`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from sqlalchemy import select

from cpm import calendars, schema
from cpm import settings as environment
from cpm.cli import files, installation, shipped
from cpm.cli.terminal import Terminal, printing
from cpm.commands import definitions, terms
from cpm.commands import teams as team_commands
from cpm.commands.definitions import Deployed
from cpm.engine import Engine
from cpm.errors import Unavailable
from cpm.installation import registry
from cpm.library import Library
from cpm.model import ResourceKind, Team, Term, TermKind
from cpm.queries import migrating
from cpm.uow import UnitOfWork
from rules.xml import Finding

_PATHS = click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PATH..."
)


@click.command()
@printing
def init(terminal: Terminal) -> None:
    """Make the database or bring it up to date, and put the shipped processes in force.

    Running it again changes nothing that is there: what somebody has deployed since overrides what is shipped.
    """
    database = installation.database(environment.load().database_url)
    schema.upgrade(database)
    engine = installation.engine()
    with engine.begin("cpm init") as uow:
        teams = _add_teams(uow)  # first: the tables name them
        _add_business_fields(uow)
        ours = shipped.definitions()
        kept = definitions.overridden(uow, ours)
        deployed = definitions.deploy(uow, {name: data for name, data in ours.items() if name not in kept})
    about = {"schema": schema.head(), **_about(deployed), "teams": teams, "kept": sorted(kept)}
    ready = terminal.say("Die Datenbank ist bereit", "The database is ready")
    told = [f"{ready}: {engine.database.engine.url!r}", _counted(terminal, deployed)]
    told += [
        terminal.say(f"eigene Fassung bleibt: {name}", f"your version stays: {name}") for name in sorted(kept)
    ]
    terminal.show(about, "\n".join(told))


@click.command()
@_PATHS
@click.option("--comment", default="", metavar="TEXT", help="What is new; the log keeps it.")
@printing
def deploy(terminal: Terminal, paths: Sequence[Path], comment: str) -> None:
    """Put processes, decisions, forms and texts in force: all of them, or none if there is a finding."""
    given = files.read(paths)
    engine = terminal.engine()
    with engine.read() as look:
        definitions.must_stand(look, given)
    with engine.begin(terminal.user or "cpm deploy") as uow:
        deployed = definitions.deploy(uow, given, comment=comment)
        running = migrating.older(uow, [made.key for made in deployed.definitions])
    warnings = {"warnings": _views(terminal, deployed.warnings)}
    about = {**_about(deployed), **warnings, "running_on_older_versions": running}
    told = [_told(terminal, deployed), *_warned(terminal, deployed.warnings), *_running(terminal, running)]
    terminal.show(about, "\n".join(told))


@click.command()
@_PATHS
@printing
@click.pass_context
def check(context: click.Context, terminal: Terminal, paths: Sequence[Path]) -> None:
    """Say what speaks against deploying these files, and what is worth a look; nothing is changed. Needs no database."""
    given = files.read(paths)
    with _engine_to_check().read() as look:
        found = definitions.examine(look, given)
    fine = terminal.say("Nichts spricht dagegen.", "Nothing speaks against it.")
    told = [finding.told(terminal.language) for finding in found.findings] or [fine]
    terminal.show(
        {"findings": _views(terminal, found.findings), "warnings": _views(terminal, found.warnings)},
        "\n".join([*told, *_warned(terminal, found.warnings)]),
    )
    context.exit(1 if found.findings else 0)


def _add_teams(uow: UnitOfWork) -> list[str]:
    """Teams that are missing; those that are there keep the names they were given."""
    missing = [key for key in shipped.TEAM_NAMES if uow.session.get(Team, key) is None]
    for key in missing:
        german, english = shipped.TEAM_NAMES[key]
        team_commands.add_team(uow, key, name_de=german, name_en=english, calendar=calendars.TEAMS[key])
    return missing


def _add_business_fields(uow: UnitOfWork) -> None:
    """Only where there is none: a list that somebody has begun is theirs."""
    if uow.session.scalar(select(Term.key).where(Term.kind == TermKind.BUSINESS_FIELD).limit(1)) is None:
        for key, (german, english) in shipped.BUSINESS_FIELDS.items():
            terms.put(uow, TermKind.BUSINESS_FIELD, german, name_en=english, key=key)


def _engine_to_check() -> Engine:
    """The one that is set; without a database, one in memory that has what ships."""
    try:
        return installation.engine()
    except Unavailable:
        return _in_memory()


def _in_memory() -> Engine:
    found, database = environment.load(), installation.in_memory()
    schema.upgrade(database)
    engine = Engine(found, database, Library(database.read), registry(found))
    with engine.begin("cpm check") as uow:
        definitions.deploy(uow, shipped.definitions())
    return engine


def _views(terminal: Terminal, findings: Sequence[Finding]) -> list[dict[str, object]]:
    return [
        {
            "file": each.file,
            "line": each.line,
            "element": each.element,
            "reason": each.because(terminal.language),
        }
        for each in findings
    ]


def _warned(terminal: Terminal, warnings: Sequence[Finding]) -> list[str]:
    word = terminal.say("Hinweis", "warning")
    return [f"{word}: {each.told(terminal.language)}" for each in warnings]


def _running(terminal: Terminal, running: Mapping[str, int]) -> list[str]:
    """Cases keep their version; here is how they come to the new one."""
    return [
        terminal.say(
            f"Auf älteren Versionen laufen Vorgänge weiter ({count}): cpm migrate propose {process}",
            f"Cases that go on with older versions ({count}): cpm migrate propose {process}",
        )
        for process, count in running.items()
    ]


def _about(deployed: Deployed) -> dict[str, object]:
    return {
        "processes": [{"key": made.key, "version": made.version} for made in deployed.definitions],
        "resources": [
            {"kind": made.kind, "key": made.key, "version": made.version} for made in deployed.resources
        ],
    }


def _counted(terminal: Terminal, deployed: Deployed) -> str:
    """What ships is known; `--json` names each."""
    if not deployed.resources and not deployed.definitions:
        return _told(terminal, deployed)
    processes, files = len(deployed.definitions), len(deployed.resources)
    return terminal.say(
        f"In Kraft gesetzt: {processes} Prozesse, {files} Dateien.",
        f"Put in force: {processes} processes, {files} files.",
    )


def _told(terminal: Terminal, deployed: Deployed) -> str:
    if not deployed.resources and not deployed.definitions:
        return terminal.say("Alles war schon in Kraft.", "Everything was in force already.")
    lines = [
        terminal.say(
            f"Prozess {made.key}, Version {made.version}", f"process {made.key}, version {made.version}"
        )
        for made in deployed.definitions
    ]
    files = [made for made in deployed.resources if made.kind != ResourceKind.PROCESS]  # told above
    lines += [f"{made.kind} {made.key}, version {made.version}" for made in files]
    return "\n".join(lines)
