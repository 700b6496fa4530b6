"""Pages that no link near the start leads to: tasks in every state, refusals, forms that were not understood."""

from dataclasses import replace
from datetime import timedelta

from cpm.commands import batches, fetching, mailboxes, suspending, tasks
from cpm.commands.mailboxes import Wanted
from cpm.model import Task
from cpm.queries.targets import Targets
from cpm.uow import UnitOfWork
from tests.browser.site import Site
from tests.world import mail

REFUSED = ("/cases/C-000001-9", "/exceptions/99999", "/cases?process=complaint&page.typed=en&due.from=soon")


def stages(site: Site) -> dict[str, tuple[str, ...]]:
    """By login: beside where their own links lead. Prepares the tasks that are shown."""
    mine, parked, others = (_task(site, word) for word in ("mine", "parked", "others"))
    engine = site.world.engine
    for (_, task), who in ((mine, "anna"), (parked, "anna"), (others, "ben")):
        with engine.begin(who) as uow:
            tasks.claim(uow, task)
    with engine.begin("anna") as uow:
        tasks.park(uow, parked[1], reason="Foto kommt noch", until=uow.now + timedelta(days=1))
    with engine.begin("sue") as uow:
        suspending.suspend_case(uow, uow.get(Task, others[1]).case_id, why="Falsche Anschrift")
        options = {"data": {"order_no": "B-4711"}}
        batch = batches.propose(uow, "set_variables", Targets("complaint"), options, why="Nummer fehlt").id
    with engine.begin("otto") as uow:
        _mailbox(uow)
    site.world.drain()
    steps = tuple(address for address, _ in (mine, parked, others))
    writing = steps[0].partition("/tasks")[0]
    further = (
        f"{writing}/links",
        "/customers/1/timeline",
        "/customers/1/notes",
        "/documents/1",
        f"{steps[0]}/map",
        f"{writing}/wrap-up",
    )
    desk = (
        *steps,
        f"{writing}/reply?kind=new",
        f"{writing}/messages/1",
        f"/exceptions/of-task/{mine[1]}",
        "/exceptions/3?remedy=correct",
        "/customers/1",
        "/customers/1/merge/2",
        *further,
        *REFUSED,
        "/palette?q=Riss",
    )
    return {
        "anna": (*desk, "/inbox?view=team", "/admin/users"),
        "sue": (
            *steps[2:],
            f"{writing}/reply?kind=new",
            f"{writing}/messages/1",
            f"/exceptions/of-task/{mine[1]}",
            "/exceptions/3?remedy=end",
            "/customers/1",
            "/customers/1/merge/2",
            *further,
            f"/batches/{batch}",
        ),
        "dora": (f"/batches/{batch}",),
        "otto": (
            f"/batches/{batch}",
            f"{steps[2].partition('/tasks')[0].replace('/cases', '/migrations/cases')}",
            "/admin/messages/3",
            "/admin/mailboxes/service",
            "/admin/teams/service",
            "/admin/users/otto",
            "/designer/forms/approve/1",
            "/designer/decisions/intake/1",
            "/designer/templates/template/complaint/answer.de.typ",
        ),
    }


def _mailbox(uow: UnitOfWork) -> None:
    """One that cannot be reached, and a message of it that would not come."""
    wanted = Wanted(host="imap.firm.example", user="service@firm.example", process="complaint")
    box = mailboxes.put(uow, "service", replace(wanted, addresses=["service@firm.example"]))
    turn = fetching.lease(uow, box.id, "test")
    assert turn is not None
    fetching.progress(uow, turn, 1)
    fetching.could_not(uow, turn, 17, "Expected imap.firm.example to hand over message 17, but it refused.")
    fetching.failed(uow, turn, english="Expected to find the server.", german="Den Rechner findet niemand.")


def _task(site: Site, word: str) -> tuple[str, int]:
    """Of a new case: its page and its id."""
    case = site.world.receive(mail(subject=f"Riss ({word})", message_id=f"<{word}@example.org>"))
    assert case is not None
    site.world.drain()
    task = site.world.step(case, "check_facts").id
    return f"/cases/{case.number}/tasks/{task}", task
