"""`cpm migrate`: take running cases to another version of their process: propose, check, run, and the way back."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cpm import case_numbers
from cpm.cli import batches, files, layout, options, telling
from cpm.cli.batches import only, why
from cpm.cli.terminal import Terminal, printing
from cpm.commands import migration_plans, migrations
from cpm.commands.migration_plans import Proposal
from cpm.errors import Invalid
from cpm.model import Definition
from cpm.queries import access, definitions, migrating
from cpm.queries.targets import Targets
from cpm.uow import UnitOfWork

_FROM = click.option(
    "--from", "sources", type=click.IntRange(1), multiple=True, metavar="VERSION", help="May be repeated."
)
_TO = click.option(
    "--to", "target", type=click.IntRange(1), metavar="VERSION", help="The newest, if not said."
)
_PLAN = click.option(
    "--plan",
    "file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="What `cpm migrate propose --out` wrote, as you have edited it.",
)


@click.group()
def migrate() -> None:
    """Take running cases to another version of their process, and back."""


@migrate.command(name="propose")
@click.argument("process")
@_FROM
@_TO
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), metavar="FILE")
@printing
def propose(
    terminal: Terminal, process: str, *, sources: Sequence[int], target: int | None, out: Path | None
) -> None:
    """What becomes of each element, by comparing the versions; nothing is changed. Edit what --out writes.

    For example: cpm migrate propose complaint --from 1 --to 2 --out plan.json
    """
    with terminal.engine().read(terminal.user or "") as look:
        found = _proposals(look, process, sources, target, None)
        told = "\n\n".join(_told(terminal, each) for each in found)
    plans = _plain(process, found, terminal.language)
    if out:
        out.write_text(json.dumps(plans, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    terminal.show(plans, told)


@migrate.command(name="check")
@click.argument("process")
@_FROM
@_TO
@_PLAN
@click.option("--case", "numbers", multiple=True, metavar="NUMBER", help="Only this case; may be repeated.")
@why
@printing
def check(
    terminal: Terminal,
    process: str,
    *,
    sources: Sequence[int],
    target: int | None,
    file: str | None,
    numbers: Sequence[str],
    why: str,
) -> None:
    """The dry run over all running cases, with a verdict each; nothing is changed until `cpm migrate run`."""
    engine, given = terminal.engine(), files.data({}, file) if file else None
    with engine.read(terminal.acting()) as look:
        found = _proposals(look, process, sources, target, given)
    chosen = Targets(process, tuple(each.source.version for each in found), numbers=tuple(numbers))
    about = {"process": process, "to": found[0].target.version, "plans": [_one(each) for each in found]}
    batches.looked_at(terminal, engine, "migrate", chosen, about, why=why)


@migrate.command(name="run")
@click.argument("batch_id", metavar="BATCH", type=click.IntRange(1))
@only
@options.assent
@printing
def run(terminal: Terminal, batch_id: int, *, only: Sequence[str]) -> None:
    """Migrate the cases that a check found able to, each in a transaction of its own; `cpm batch show` tells how far it is."""
    batches.begun(terminal, batch_id, only)


@migrate.command(name="back")
@click.argument("which", metavar="BATCH|NUMBER")
@click.option("--preview", is_flag=True, help="Of one case: only say what would happen.")
@why
@options.assent
@printing
def back(terminal: Terminal, which: str, *, preview: bool, why: str) -> None:
    """One case back to the version it came from; or a dry run of that for all cases that a batch has migrated."""
    engine = terminal.engine()
    if which.isdecimal():
        batches.looked_at(terminal, engine, "migrate_back", Targets(done_in=int(which)), {}, why=why)
        return
    transaction = engine.rehearse if preview else engine.begin
    with transaction(terminal.acting(), terminal.assent()) as uow:
        case = migrations.back(uow, case_numbers.case_id(which), why=why)
        number, told = case.number, telling.words(terminal, uow, case)
    telling.show(terminal, number, told, preview=preview)


@migrate.command(name="case")
@options.number
@_TO
@_PLAN
@click.option("--preview", is_flag=True, help="Only say what would happen.")
@why
@options.assent
@printing
def case_(
    terminal: Terminal, case_id: int, *, target: int | None, file: str | None, preview: bool, why: str
) -> None:
    """Migrate one case.

    For example: cpm migrate case C-000042-2 --to 2 --why "the new form asks for the order" --preview
    """
    engine, given = terminal.engine(), files.data({}, file) if file else None
    transaction = engine.rehearse if preview else engine.begin
    with transaction(terminal.acting(), terminal.assent()) as uow:
        case = uow.case(case_id)
        access.must_reach(uow, case)
        source = uow.get(Definition, case.definition_id).version
        (proposed,) = _proposals(uow, case.process, (source,), target, given)
        migrations.migrate(uow, case_id, migration_plans.keep(uow, proposed), why=why)
        number, told = case.number, telling.words(terminal, uow, case)
    telling.show(terminal, number, told, preview=preview)


def _proposals(
    uow: UnitOfWork,
    process: str,
    sources: Sequence[int],
    target: int | None,
    given: dict[str, Any] | None,
) -> list[Proposal]:
    """From the versions that are named, else those of the file, else every older one with running cases."""
    plans = _of_file(given)
    newest = definitions.definition(uow, process).version
    goal = target or int((given or {}).get("to", newest))
    known = [each.version for each in migrating.running(uow, process) if each.cases and each.version != goal]
    chosen = list(sources) or list(plans) or known
    if not chosen:
        raise Invalid(
            f"Expected cases of {process} on other versions than {goal}, but there are none",
            de=f"Auf anderen Versionen als {goal} laufen keine Vorgänge.",
        )
    return [migration_plans.proposal(uow, process, source, goal, plans.get(source)) for source in chosen]


def _one(proposed: Proposal) -> dict[str, Any]:
    return {"from": proposed.source.version, **migration_plans.plain(proposed.plan)}


def _plain(process: str, found: Sequence[Proposal], language: str) -> dict[str, Any]:
    plans = [_editable(each, language) for each in found]
    return {"process": process, "to": found[0].target.version, "plans": plans}


def _editable(proposed: Proposal, language: str) -> dict[str, Any]:
    """The plan with a line for every element of the old version, and what to look at."""
    lines = migrating.mapped(proposed.old, proposed.new, proposed.plan, language)
    differences = migrating.different(proposed.old, proposed.new, proposed.plan, language)
    notes = {
        "doubts": _doubts(proposed, language),
        "problems": _problems(proposed, language),
        "differences": [asdict(each) for each in differences],
    }
    return {**_one(proposed), "elements": {line.element: line.target for line in lines}, **notes}


def _of_file(given: dict[str, Any] | None) -> dict[int, dict[str, Any]]:
    """By the version from which they lead."""
    try:
        return {int(plan["from"]): dict(plan) for plan in (given or {}).get("plans", ())}
    except (TypeError, ValueError, KeyError) as error:
        raise Invalid(
            "Expected a file that `cpm migrate propose --out` wrote, but it is none",
            de="Das ist keine Datei, wie `cpm migrate propose --out` sie schreibt.",
        ) from error


def _doubts(proposed: Proposal, language: str) -> dict[str, str]:
    return {
        doubt.element: doubt.reason.english if language == "en" else doubt.reason.german
        for doubt in proposed.plan.doubts
    }


def _problems(proposed: Proposal, language: str) -> list[str]:
    return [english if language == "en" else german for german, english in proposed.problems]


def _told(terminal: Terminal, proposed: Proposal) -> str:
    """What stays under its name is only counted."""
    lines = migrating.mapped(proposed.old, proposed.new, proposed.plan, terminal.language)
    nothing = terminal.say("entfällt", "is gone")
    changed = [each for each in lines if not each.same]
    rows = [
        (each.name, each.element, each.target or nothing, "? " + " ".join(each.doubts) if each.doubts else "")
        for each in changed
    ]
    german, english = ("Schritt", "bisher", "künftig", ""), ("Step", "before", "then", "")
    head = english if terminal.language == "en" else german
    say = terminal.say
    parts = [
        say(
            f"Version {proposed.source.version} -> {proposed.target.version}: {len(lines) - len(changed)} Elemente behalten ihre Kennung.",
            f"Version {proposed.source.version} -> {proposed.target.version}: {len(lines) - len(changed)} elements keep their ids.",
        ),
        layout.table(head, rows) if rows else "",
        layout.section(say("Was anders ist", "What is different"), _different(proposed, terminal.language)),
        layout.section(
            say("So geht es nicht", "This cannot be"), "\n".join(_problems(proposed, terminal.language))
        ),
    ]
    return "\n".join(part for part in parts if part)


def _different(proposed: Proposal, language: str) -> str:
    """A line for each difference, and under it what that means for cases that run."""
    lines = []
    for each in migrating.different(proposed.old, proposed.new, proposed.plan, language):
        lines.append(f"{each.name} ({each.element or each.target}): {each.told}")
        lines += [f"  {each.keeps}"] if each.keeps else []
    return "\n".join(lines)
