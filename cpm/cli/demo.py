"""`cpm demo`: demo data, and all that a running installation needs, in one process tree."""

import contextlib
import os
import shutil
import sys
from contextlib import AbstractContextManager

import click

from cpm import demo as data
from cpm import settings as environment
from cpm.cli import harmless, layout, running
from cpm.cli.terminal import Terminal, printing
from cpm.demo import Ready
from cpm.demo.erp import beside, places
from cpm.demo.erp.server import Server
from cpm.demo.tree import Tree
from cpm.queries import words
from cpm.settings import Settings

_HOST = "127.0.0.1"


@click.command()
@click.option("--load-only", is_flag=True, help="Load the demo data and end.")
@click.option("--training", is_flag=True, help="Run a place to practise beside it, too.")
@printing
def demo(terminal: Terminal, *, load_only: bool, training: bool) -> None:
    """Load demo data once; then run the web, worker, mail intake and a local mail sink until Ctrl-C.

    No mail leaves this machine.
    """
    settings = environment.load()
    ready = data.load(terminal.engine())
    if load_only:
        terminal.show(ready, _page(terminal, settings, ready))
        return
    mail = str(settings.home / "mail")
    with (
        _erp(settings) as erp,
        running.until_stopped() as stopped,
        Tree(_environ(settings, erp, training=training), stopped) as tree,
    ):
        tree.start("sink", "--port", str(settings.smtp_port), "--folder", mail)
        tree.start("intake", "--port", str(settings.intake_port))
        tree.start("serve", "--port", str(settings.http_port), "--processes", "1")
        tree.until_listening("sink", settings.smtp_port)  # mail that finds nobody waits for its next attempt
        tree.start("work")
        if training:
            tree.start("training", ended=lambda code: _without_practice(terminal, code))
        tree.until_listening("intake", settings.intake_port)
        tree.until_listening("serve", settings.http_port)
        if not stopped.is_set():  # the place to practise may take longer; the desk does not wait for it
            running_with = {
                "erp": _erp_line(terminal, erp),
                "practise": _practise(terminal, settings, there=tree.runs("training")),
            }
            terminal.show(ready, _page(terminal, settings, ready, **running_with))
            sys.stdout.flush()
        tree.watch()


def _without_practice(terminal: Terminal, code: int) -> None:
    """It has told itself why; the desk needs nothing of it."""
    told = terminal.say(
        f"Die Trainingsumgebung (`cpm training`) ist mit {code} zu Ende; alles andere läuft weiter.",
        f"The place to practise (`cpm training`) ended with {code}; all else goes on.",
    )
    harmless.echo(told, err=True)


def _erp(settings: Settings) -> AbstractContextManager[Server | None]:
    """Who says which ERP there is has it; all others get the demo's, if it is built."""
    return contextlib.nullcontext() if "CPM_ERP" in os.environ else beside.beside(settings.home)


def _environ(settings: Settings, erp: Server | None, *, training: bool) -> dict[str, str]:
    """Whatever mail server is set: a demo writes to nobody."""
    without = ("CPM_SMTP_USER", "CPM_SMTP_PASSWORD", *(["CPM_ERP_"] if erp else []))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(without)}
    return (
        kept
        | {
            "CPM_SMTP_HOST": _HOST,
            "CPM_SMTP_PORT": str(settings.smtp_port),
            "CPM_SMTP_SECURITY": "none",
        }
        | (beside.environ(erp) if erp else {})
        | ({"CPM_TRAINING_URL": f"http://{_HOST}:{settings.training.port}"} if training else {})
    )


def _erp_line(terminal: Terminal, erp: Server | None) -> str:
    if erp is not None:
        how = terminal.say(
            "startet; bis es antwortet, springt für neue Vorgänge der Demo-Ersatz ein",
            "is starting; until it answers, the demo's stand-in takes new cases",
        )
        return f"Tryton {erp.version}, {erp.url} ({how})"
    if "CPM_ERP" in os.environ:
        return os.environ["CPM_ERP"]
    return terminal.say(
        f"nur der Demo-Ersatz; ein echtes bringt `{places.HOW}`",
        f"the demo's stand-in only; `{places.HOW}` brings a real one",
    )


def _practise(terminal: Terminal, settings: Settings, *, there: bool) -> str:
    if there:
        where = f"http://{_HOST}:{settings.training.port}"
        return terminal.say(
            f"{where}, über „Üben“ am Arbeitsplatz; bereit in wenigen Minuten",
            f"{where}, by “Practise” at the desk; ready in a few minutes",
        )
    return terminal.say("mit `make run TRAINING=1`", "with `make run TRAINING=1`")


def _page(terminal: Terminal, settings: Settings, ready: Ready, erp: str = "", practise: str = "") -> str:
    """With the ERP and where to practise it is that of a demo that runs."""
    say = terminal.say
    here = f"http://{_HOST}:{settings.http_port}"
    places = [
        (say("Im Browser", "In the browser"), here),
        *((_form(terminal, process), here + path) for process, path in ready.web_forms.items()),
        (say("Mail an uns", "Mail to us"), f"smtp://{_HOST}:{settings.intake_port}"),
        (say("Mail von uns", "Mail from us"), str(settings.home / "mail")),
        *([("ERP", erp)] if erp else []),
        *([(say("Üben", "Practise"), practise)] if practise else []),
    ]
    head = say("Die Demo läuft; Strg-C beendet sie.", "The demo is running; Ctrl-C ends it.")
    loaded = say("Die Demodaten sind da.", "The demo data are there.")
    try_next = "\n".join(f"  {_program()} {command}" for command in _commands(ready))
    next_words = say("Zum Ausprobieren, in einem zweiten Fenster:", "To try, in a second window:")
    sign_in = layout.section(say("Anmelden als:", "Sign in as:"), _people(terminal, ready))
    named = layout.named(places)
    return "\n".join([head if erp else loaded, "", named, sign_in, "", next_words, try_next])


def _form(terminal: Terminal, process: str) -> str:
    """What customers do at its web form."""
    match process:
        case "order":
            return terminal.say("Kunden bestellen", "Customers order")
        case "complaint":
            return terminal.say("Kunden reklamieren", "Customers complain")
        case _:
            return process


def _people(terminal: Terminal, ready: Ready) -> str:
    changed = terminal.say("(selbst gewählt)", "(their own choice)")
    german, english = ("Login", "Passwort", "Name", "Rolle"), ("Login", "Password", "Name", "Role")
    rows = [
        (
            person.login,
            person.password or changed,
            person.name,
            ", ".join(words.role(role, terminal.language) for role in person.roles),
        )
        for person in ready.people
    ]
    return layout.table(english if terminal.language == "en" else german, rows)


def _commands(ready: Ready) -> list[str]:
    found = [f"tasks --as {ready.agent}"]
    if ready.task is not None:
        facts = '--set cause=service_conduct --set damage_text="Kam zu spät und war unhöflich"'
        found += [
            f"claim {ready.task} --as {ready.agent}",
            f"complete {ready.task} --as {ready.agent} {facts}",
        ]
    if ready.incident is not None:
        found.append(f"incident show {ready.incident} --as {ready.supervisor}")
    if ready.case is not None:
        found.append(f"journal {ready.case}")
    return found


def _program() -> str:
    """As it can be typed here: by its name if the shell finds it, else by its path."""
    return "cpm" if shutil.which("cpm") else os.path.relpath(sys.argv[0])
