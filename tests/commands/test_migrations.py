"""A running case goes to another version of its process; its rows go with it, as people know them."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from cpm.commands import definitions, jobs, migration_plans, migrations, resolutions, settling, tasks
from cpm.connectors import Done
from cpm.errors import Conflict, Forbidden, Invalid
from cpm.model import (
    Case,
    Definition,
    Job,
    JobKind,
    MigrationPlan,
    Remedy,
    TaskState,
    Variable,
)
from cpm.queries import cases as shown
from cpm.queries import journal
from cpm.settings import SHIPPED
from tests.clock import FakeClock
from tests.office import ANSWER, FACTS, REMEDY
from tests.world import World, mail

FOLDER = SHIPPED / "processes" / "complaint"
WHY = "Neue Fassung vom Juni"


def deploy(firm: World, *changes: tuple[str, str], forms: Mapping[str, bytes] | None = None) -> int:
    """The shipped complaint, edited; its new version."""
    names = ("complaint.bpmn", "texts/de.toml", "texts/en.toml")
    files = {f"complaint/{name}": (FOLDER / name).read_text() for name in names}
    for was, becomes in changes:
        assert any(was in text for text in files.values()), was
        files = {name: text.replace(was, becomes) for name, text in files.items()}
    with firm.engine.begin("dora") as uow:
        given = {name: text.encode() for name, text in files.items()}
        return definitions.deploy(uow, {**given, **(forms or {})}).definitions[0].version


def renamed(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Everywhere in the model: as an id, in flows and in the drawing."""
    names = (" id", "sourceRef", "targetRef", "bpmnElement")
    quoted = tuple((f'{name}="{old}"', f'{name}="{new}"') for name in names)
    return (*quoted, (f">{old}<", f">{new}<"), (f"[steps.{old}]", f"[steps.{new}]"))


def complaint(firm: World, word: str = "one") -> Case:
    case = firm.receive(mail(message_id=f"<{word}@example.org>"))
    assert case is not None
    firm.drain()
    return case


def plan(firm: World, target: int, source: int = 1, **more: str) -> MigrationPlan:
    """As proposed, with `more` of ours."""
    with firm.engine.begin("otto") as uow:
        proposed = migration_plans.proposal(uow, "complaint", source, target)
        given = migration_plans.plain(proposed.plan)
        given["elements"] |= more
        return migration_plans.keep(uow, migration_plans.proposal(uow, "complaint", source, target, given))


def migrate(firm: World, case: Case, to: MigrationPlan, by: str = "sue") -> None:
    with firm.engine.begin(by) as uow:
        migrations.migrate(uow, case.id, to, why=WHY)


def version(firm: World, case: Case) -> int:
    with firm.engine.read() as look:
        return look.get(Definition, look.get(Case, case.id).definition_id).version


def test_a_claimed_task_stays_with_who_has_it_under_the_names_of_the_new_version(
    firm: World, clock: FakeClock
):
    case = complaint(firm)
    before = firm.step(case, "check_facts")
    with firm.engine.begin("anna") as uow:
        tasks.claim(uow, before.id)
        tasks.park(uow, before.id, until=clock() + timedelta(hours=2), reason="Rückruf")
    to = deploy(firm, *renamed("check_facts", "check_all"), ("Sachverhalt prüfen", "Alles prüfen"))
    migrate(firm, case, plan(firm, to, check_facts="check_all"))
    after = firm.step(case, "check_all")
    kept = ("id", "node", "due_at", "team", "priority", "created_at")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (after.assignee, after.state, after.title_de) == ("anna", TaskState.CLAIMED, "Alles prüfen")
    assert (after.parked_until, after.parked_because) == (clock() + timedelta(hours=2), "Rückruf")
    assert version(firm, case) == to
    with firm.engine.begin("anna") as uow:
        tasks.unpark(uow, after.id)
    firm.do(case, "check_all", "anna", FACTS)
    assert firm.at(case) == ["decide_remedy"]


def waiting(firm: World, word: str = "one") -> Case:
    """The answer is sent; the case waits for a reply, or for three days to pass."""
    case = complaint(firm, word)
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    firm.drain()
    assert "wait_for_reply" not in firm.at(case)
    return case


def timer(firm: World, case: Case) -> Job:
    with firm.engine.read() as look:
        return look.session.scalars(
            select(Job).where(Job.case_id == case.id, Job.kind == JobKind.TIMER)
        ).one()


def test_a_timer_that_was_due_meanwhile_rings_in_the_new_version(firm: World, clock: FakeClock):
    case = waiting(firm)
    before = timer(firm, case)
    clock.advance(timedelta(days=4))
    to = deploy(firm, *renamed("after_3_days", "after_5_days"), ("P3D", "P5D"))
    migrate(firm, case, plan(firm, to, after_3_days="after_5_days"))
    after = timer(firm, case)
    assert (after.id, after.run_at, after.element) == (before.id, before.run_at, "after_5_days")
    firm.drain()
    assert firm.waits(case) == ["customer_replied", "customer_wrote"]
    assert "after_14_days" in {job.element for job in [timer(firm, case)]}


def test_an_incident_is_settled_by_what_the_new_version_does_better(firm: World):
    """The usual reason to migrate a case: its version asks for something that cannot be."""
    to_broken = deploy(
        firm,
        (
            '<zeebe:input source="=email" target="to" />\n          <zeebe:input source=\'=if',
            '<zeebe:input source="=assert(email, false)" target="to" />\n          <zeebe:input source=\'=if',
        ),
    )
    case = waiting(firm)
    incident = firm.incident(case)
    assert version(firm, case) == to_broken
    fixed = deploy(firm, *renamed("send_answer", "post_answer"), ("Antwort senden", "Antwort verschicken"))
    migrate(firm, case, plan(firm, fixed, to_broken, send_answer="post_answer"))
    assert firm.incident(case).id == incident.id
    assert firm.incident(case).element == "post_answer"
    sent = len(firm.post.calls)
    with firm.engine.begin("sue") as uow:
        resolutions.resolve(uow, incident.id, Remedy.CORRECT, data={"email": "mara@example.org"})
    firm.drain()
    assert len(firm.post.calls) == sent + 1
    assert timer(firm, case).element == "after_3_days"


def test_a_call_under_way_is_settled_in_the_new_version(firm: World):
    case = complaint(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    firm.do(case, "decide_remedy", "anna", REMEDY)
    firm.do(case, "write_answer", "anna", ANSWER)
    with firm.engine.begin("worker") as uow:
        leased = jobs.lease(uow, "host:1")
    assert leased is not None
    to = deploy(firm, *renamed("send_answer", "post_answer"), ('type="smtp.send"', 'type="demo.echo"'))
    migrate(firm, case, plan(firm, to, send_answer="post_answer"))
    with firm.engine.begin("worker") as uow:
        assert settling.settle(uow, leased, Done())
    assert timer(firm, case).element == "after_3_days"
    assert "job.came_late" not in firm.story(case)


def test_a_step_that_the_new_version_has_no_place_for_is_refused_and_nothing_changed(firm: World):
    case = complaint(firm)
    to = deploy(firm, *renamed("check_facts", "check_all"))
    before, story = firm.now(case), firm.story(case)
    with firm.engine.begin("otto") as uow:
        given = migration_plans.plain(migration_plans.proposal(uow, "complaint", 1, to).plan)
        given["elements"].pop("check_facts", None)
        ours = migration_plans.keep(uow, migration_plans.proposal(uow, "complaint", 1, to, given))
    with pytest.raises(Conflict) as refused:
        migrate(firm, case, ours)
    assert "Sachverhalt prüfen" in refused.value.sentence("de")
    assert (firm.now(case).tokens, firm.now(case).rev) == (before.tokens, before.rev)
    assert firm.story(case) == story


def test_the_way_back_leads_to_where_it_came_from_and_forward_again(firm: World):
    case = complaint(firm)
    task = firm.step(case, "check_facts").id
    to = deploy(firm, *renamed("check_facts", "check_all"))
    migrate(firm, case, plan(firm, to, check_facts="check_all"))
    for expected, element in ((1, "check_facts"), (to, "check_all"), (1, "check_facts")):
        with firm.engine.begin("otto") as uow:
            migrations.back(uow, case.id, why="War nichts")
        assert (version(firm, case), firm.step(case, element).id) == (expected, task)
    firm.do(case, "check_facts", "anna", FACTS)
    fresh = complaint(firm, "new")
    with pytest.raises(Conflict, match="began with this one"), firm.engine.begin("otto") as uow:
        migrations.back(uow, fresh.id, why="War nichts")


def test_lists_compare_a_case_by_what_its_new_version_declares(firm: World):
    case = complaint(firm)
    declared = '<zeebe:property name="cpm:attribute:order_no" value="text" />'
    more = '<zeebe:property name="cpm:attribute:email" value="text" />'
    to = deploy(firm, (declared, declared + more))
    migrate(firm, case, plan(firm, to))
    with firm.engine.read() as look:
        names = set(
            look.session.scalars(
                select(Variable.name).where(Variable.case_id == case.id, Variable.process == "complaint")
            )
        )
    assert "email" in names


def test_the_journal_still_names_steps_that_only_the_earlier_version_has(firm: World):
    case = complaint(firm)
    firm.do(case, "check_facts", "anna", FACTS)
    to = deploy(firm, *renamed("check_facts", "check_all"), ("Sachverhalt prüfen", "Alles prüfen"))
    migrate(firm, case, plan(firm, to, check_facts="check_all"))
    with firm.engine.read("anna") as look:
        told = " ".join(entry.sentence for entry in journal.journal(look, case.id, "de").entries)
        page = shown.view(look, case.id, "de")
    assert "Sachverhalt prüfen" in told
    assert "check_facts" not in told
    assert f"Version {to}" in told
    assert page is not None


def test_who_may_not_migrate_is_refused(firm: World):
    case = complaint(firm)
    ours = plan(firm, deploy(firm, ("P3D", "P5D")))
    with pytest.raises(Forbidden):
        migrate(firm, case, ours, by="anna")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"elements": []},
        {"elements": {"check_facts": 1}},
        {"elements": {"check_facts": "no_such"}},
        {"elements": {}, "anew": "check_facts"},
    ],
)
def test_a_plan_that_cannot_be_is_refused(firm: World, given):
    to = deploy(firm, ("P3D", "P5D"))
    with pytest.raises(Invalid), firm.engine.begin("otto") as uow:
        migration_plans.keep(uow, migration_plans.proposal(uow, "complaint", 1, to, given))
