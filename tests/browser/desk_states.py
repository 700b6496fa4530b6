"""Every state in which an agent's desk can be: how it comes about, and who is then before it."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from playwright.sync_api import Page, expect

from cpm.commands import (
    comments,
    customer_notes,
    documents,
    follow_ups,
    going_back,
    handing_over,
    identifier_facts,
    incidents,
    presences,
    ringing,
    suspending,
    talks,
    tasks,
    users,
)
from cpm.model import Case, Task, TaskKind
from cpm.phone_systems import Heard, Told
from cpm.queries import case_timeline, timeline
from cpm.training_settings import TrainingSettings
from tests.browser.desk import fill
from tests.browser.site import Site
from tests.commands.test_choices import desk as choosing
from tests.commands.test_choices import opened as to_clarify
from tests.commands.test_suggestions import accept, called, claimed, decline
from tests.commands.test_task_drafts import change
from tests.office import ANSWER, FACTS, GOODWILL, REMEDY
from tests.web.test_worth import heard, told
from tests.world import World, mail

Brought = Callable[[Page], object]


@dataclass(frozen=True, slots=True)
class State:
    name: str
    brought: Brought  #: brings the browser there
    login: str = "anna"


def states(site: Site) -> Iterator[State]:
    """In the order in which they can be visited: what changes something comes last."""
    office = Office(site.world)
    yield from _inboxes()
    yield from _chosen(office)
    yield from _steps(office)
    yield from _refusals(office)
    yield from _beside(office)
    yield from _worth(office)
    yield from _talked_about(office)
    yield from _wrapping_up(office)
    yield from _at_hand()
    yield from _suggested(office)
    yield from _back(office)
    yield from _kept(office)
    yield from _among_us(office)
    yield from _practising(site)
    yield from _on_the_telephone(office)
    yield from _news(office)


class Office:
    """Cases brought to where they are wanted."""

    def __init__(self, world: World) -> None:
        self.world = world

    def case(self, word: str, *done: dict[str, object]) -> Case:
        """New, or after so many of its steps."""
        about = {"subject": f"Riss ({word})", "message_id": f"<desk-{word}@example.org>"}
        case = self.world.receive(mail(sender=f"Kim Beispiel <{word}@example.org>", **about))
        assert case is not None
        self.world.drain()
        for element, data in zip(("check_facts", "decide_remedy", "write_answer"), done, strict=False):
            self.world.do(case, element, "anna", data)
        return case

    def step(self, case: Case) -> str:
        """Where its open step is."""
        return self.address(case, self.open(case))

    def open(self, case: Case) -> Task:
        return next(task for task in self.world.open_tasks(case) if task.kind == TaskKind.STEP)

    def held(self, case: Case, who: str = "anna") -> str:
        task = self.open(case)
        with self.world.engine.begin(who) as uow:
            tasks.claim(uow, task.id)
        return self.address(case, task)

    def rings(self, desk: str, number: str) -> int:
        told = Told(
            Heard.NEW, f"call-{desk}", outward=False, caller=number, dialled="100", desks=(desk,), cause=None
        )
        with self.world.engine.begin("pbx") as uow:
            talk = ringing.take(uow, "pbx", told)
            assert talk is not None
            uow.session.flush()
            return talk.id

    def address(self, case: Case, task: Task) -> str:
        return f"/cases/{case.number}/tasks/{task.id}"


def at(address: str) -> Brought:
    return lambda page: page.goto(address)


def _inboxes() -> Iterator[State]:
    for view in ("mine", "team", "due_today", "waiting", "parked"):
        yield State(f"inbox: {view}", at(f"/inbox?view={view}"))
    yield State("inbox: everybody", at("/inbox?view=everybody"), "sue")
    yield State("inbox: nothing fits", at("/inbox?view=team&q=there+is+no+such"))
    yield State("inbox: nobody waits", at("/inbox"), "tom")


def _chosen(office: Office) -> Iterator[State]:
    """Two rows: one that is free, one that somebody else has."""
    office.case("chosen-free")
    office.held(office.case("chosen-held"), "ben")

    def rows(page: Page) -> None:
        page.goto("/inbox?view=everybody&q=chosen-")
        for key in "jxjx":
            page.keyboard.press(key)
        page.locator(".choosing .bar-below").wait_for()

    def then(key: str) -> Brought:
        def press(page: Page) -> None:
            rows(page)
            page.keyboard.press(key)
            page.wait_for_url("**/inbox/chosen**")

        return press

    def nothing_said(page: Page) -> None:
        then("p")(page)
        page.locator("form[data-main] button.primary").click()
        page.locator("#summary").wait_for()

    yield State("inbox: rows chosen", rows, "sue")
    yield State("inbox: to whom", then("h"), "sue")
    yield State("inbox: until when is not said", nothing_said, "sue")
    yield State("inbox: what became of each row", then("s"), "sue")


def _steps(office: Office) -> Iterator[State]:
    engine = office.world.engine
    yield State("step: free", at(office.step(office.case("free"))))
    yield State("step: begun", _compact(office.held(office.case("begun"))))
    yield State("step: of somebody else", at(office.held(office.case("others"), "ben")))
    yield State("step: remedy", at(office.held(office.case("remedy", FACTS))))
    yield State("step: answer", at(office.held(office.case("answer", FACTS, REMEDY))))
    handed = office.held(case := office.case("handed"), "ben")
    with engine.begin("ben") as uow:
        handing_over.to_colleague(uow, office.open(case).id, "anna", note="Der Fahrer ruft um drei an")
    yield State("step: handed over", at(handed))
    done = office.case("done")
    was = office.step(done)
    office.world.do(done, "check_facts", "anna", FACTS)
    yield State("step: done", at(was))
    parked = office.held(case := office.case("parked"))
    with engine.begin("anna") as uow:
        tasks.park(uow, office.open(case).id, reason="Foto kommt noch", until=uow.now + timedelta(days=1))
    yield State("step: parked", at(parked))
    special = office.held(case := office.case("special"))
    with engine.begin("anna") as uow:
        incidents.declare(uow, office.open(case).id, kind="other", note="Das passt hier nicht")
    yield State("step: held by a special case", at(special))
    still = office.held(case := office.case("still"))
    with engine.begin("sue") as uow:
        suspending.suspend_case(uow, case.id, why="Falsche Anschrift")
    yield State("step: stands still", at(still))
    yield State("case: stands still", at(f"/cases/{case.number}"))
    yield State("step: to choose", at(_to_choose(office)))
    approval = office.case("approval", {**FACTS, "cause": "late", "order_value": "500"}, GOODWILL)
    yield State("step: approval", at(office.held(approval, "sue")), "sue")


def _compact(address: str) -> Brought:
    """What one does with a step is one line in either language; on a telephone the bar above leaves room."""

    def brought(page: Page) -> None:
        page.goto(address)
        wide = page.viewport_size is not None and page.viewport_size["width"] > 760
        bar, most = (".bar-below", 72) if wide else (".bar", 100)
        box = page.locator(bar).bounding_box()
        assert box is not None
        assert box["height"] < most, f"{bar} is {box['height']} px high"

    return brought


def _to_choose(office: Office) -> str:
    case = to_clarify(office.world)
    task = choosing(office.world, case)
    with office.world.engine.begin("anna") as uow:
        tasks.claim(uow, task.id)
    return office.address(case, task)


def _refusals(office: Office) -> Iterator[State]:
    begun = office.held(office.case("refused"))

    def nothing_typed(page: Page) -> None:
        page.goto(begun)
        hand_in(page)
        page.locator("#summary").wait_for()

    def nothing_said_of_parking(page: Page) -> None:
        page.goto(begun)
        page.locator("#park > summary").click()
        page.locator("#park form button.primary").click()
        page.locator("#summary").wait_for()

    def nobody_to_hand_to(page: Page) -> None:
        page.goto(f"{begun}/hand_over")
        page.locator("form[data-main] button.primary").click()
        page.locator("#summary").wait_for()

    def nothing_said_of_escalating(page: Page) -> None:
        page.goto(begun)
        page.locator("#escalate > summary").click()
        page.locator("#escalate form button.primary").click()
        page.locator("#summary").wait_for()

    races = itertools.count()

    def somebody_was_quicker(page: Page) -> None:
        raced = office.case(f"raced-{next(races)}")
        page.goto(office.held(raced))
        fill(page, {**FACTS, "damage_text": "Anders"})
        with office.world.engine.begin("anna") as uow:
            tasks.complete(uow, office.open(raced).id, FACTS)
        hand_in(page)
        page.locator("#summary").wait_for()

    threat = office.held(office.case("threat", {**FACTS, "legal_threat": True}, REMEDY))

    def a_policy_refused(page: Page) -> None:
        page.goto(threat)
        fill(page, {**ANSWER, "answer": "Bitte überweisen Sie auf DE89 3704 0044 0532 0130 00."})
        hand_in(page)
        page.locator("#policies-said").wait_for()

    yield State("step: nothing typed", nothing_typed)
    yield State("step: nothing said of parking", nothing_said_of_parking)
    yield State("step: nothing said of escalating", nothing_said_of_escalating)
    yield State("step: to hand over", at(f"{begun}/hand_over"))
    yield State("step: nobody to hand it to", nobody_to_hand_to)
    yield State("inbox: handed over", _handed_over(office))
    yield State("step: a policy refused", a_policy_refused)
    yield State("step: somebody was quicker", somebody_was_quicker)
    yield State("no such case", at("/cases/C-000001-9"))
    yield State("not theirs", at("/admin/users"))


def _handed_over(office: Office) -> Brought:
    """Each time to ben, who gives it back before."""
    step = office.held(case := office.case("to-ben"))
    task = office.open(case).id

    def brought(page: Page) -> None:
        if office.open(case).assignee == "ben":
            with office.world.engine.begin("ben") as uow:
                handing_over.to_colleague(uow, task, "anna")
        page.goto(f"{step}/hand_over")
        page.locator("#c-to").select_option("to:ben")
        page.locator("form[data-main] button.primary").click()
        page.wait_for_url("**/inbox**")
        page.locator("p.notice").wait_for()

    return brought


def hand_in(page: Page) -> None:
    page.locator("button.primary[form=step-form]").click()
    page.wait_for_load_state()


def _beside(office: Office) -> Iterator[State]:
    case = office.case("beside", FACTS)
    page_of = f"/cases/{case.number}"
    yield State("case", at(page_of))
    with office.world.engine.begin("anna") as uow:
        photo = documents.add(
            uow,
            uow.case(case.id),
            BytesIO(b"Der Kratzer ist links."),
            name="Riss.txt",
            media_type="text/plain",
        )
        uow.session.flush()
        file = f"/documents/{photo.id}"
    yield State("case: a file", at(file))
    yield State("reply", at(f"{page_of}/reply?kind=new"))
    yield State("special case", at(f"/exceptions/of-task/{office.open(case).id}"))
    with office.world.engine.begin("anna") as uow:
        customer_notes.add(uow, case.customer_id, "Bitte nur vormittags anrufen.")
    yield State("customer", at(f"/customers/{case.customer_id}"))
    yield State("customer: notes", at(f"/customers/{case.customer_id}/notes"))
    yield State("customer: timeline", at(f"/customers/{case.customer_id}/timeline"))
    yield State("new case", at("/cases/new"))
    yield State("cases", at("/cases"))
    yield State("search", at("/search?q=Riss"))
    yield State("profile", at("/account"))


def _worth(office: Office) -> Iterator[State]:
    """What an ERP said of the customer a while ago: months of which one was credited, and what is late."""
    case = office.case("worth", FACTS)
    months = {"2025-11": Decimal(-40), "2026-01": Decimal(4000), "2026-03": Decimal(900)}
    heard(office.world, case, months)

    def seen(address: str) -> Brought:
        def brought(page: Page) -> None:
            told(office.world, months)
            page.goto(address)
            page.locator("svg.revenue").wait_for()
            page.get_by_text("900,00").or_(page.get_by_text("900.00")).first.wait_for()

        return brought

    yield State("step: what the customer is worth", seen(office.step(case)))
    yield State("customer: what they are worth", seen(f"/customers/{case.customer_id}"))


def _talked_about(office: Office) -> Iterator[State]:
    case = office.case("talked-about", FACTS)
    with office.world.engine.begin("ben") as uow:
        for number in range(timeline.PAGE):
            comments.add(uow, case.id, f"Er hat angerufen ({number}).")
    page_of = f"/customers/{case.customer_id}/timeline"

    def older(page: Page) -> None:
        page.goto(page_of)
        page.locator("nav.pages a[rel=next]").click()
        page.wait_for_url("**before=**")

    step = office.step(case)

    def comments_alone(page: Page) -> None:
        page.goto(step)
        page.locator(".shown-kinds label:has([value=comment])").click()
        expect(page.locator(".told .timeline > li:visible")).to_have_count(case_timeline.LATEST)

    yield State("step: comments alone", comments_alone)
    yield State("customer: timeline of comments", at(f"{page_of}?kind=comment"))
    yield State("customer: timeline, second page", older)


def _wrapping_up(office: Office) -> Iterator[State]:
    case = office.case("wrapped", FACTS, REMEDY)
    page_of = f"/cases/{case.number}/wrap-up"

    def nothing_said(page: Page) -> None:
        page.goto(page_of)
        page.locator("form[data-main] button.primary").click()
        page.locator("#summary").wait_for()

    yield State("wrap-up", at(page_of))
    yield State("wrap-up: nothing said", nothing_said)


def _suggested(office: Office) -> Iterator[State]:
    """Two callers of one name without an e-mail address: what waits, what was decided."""
    world = office.world
    case, other = (called(world, f"+49 211 555 01{number}") for number in (77, 78))
    step = office.address(case, claimed(world, case))
    decided = office.address(other, claimed(world, other))
    accept(world, other, "ask_email", email="m@example.org")
    decline(world, other, "compare_customers", reason="other", note="Ihre Schwester")

    def no_address(page: Page) -> None:
        page.goto(step)
        page.locator(".offered [type=email]").fill("keine")
        page.locator(".offered form:has([type=email]) button").click()
        page.locator("#suggested").wait_for()

    def why_not(page: Page) -> None:
        page.goto(step)
        page.locator(".offered details > summary").first.click()

    def in_the_way(page: Page) -> None:
        page.goto(f"/cases/{case.number}/wrap-up")
        for name in ("outcome", "reason"):
            page.locator(f"#{name}").check()
        page.locator("form[data-main] button.primary").click()
        page.locator("#summary").wait_for()

    yield State("step: a suggestion not accepted", no_address)
    yield State("step: a suggestion to decline", why_not)
    yield State("step: suggestions decided", at(decided))
    yield State("wrap-up: a queue in the way", in_the_way)


def _back(office: Office) -> Iterator[State]:
    cases = office.case("back"), office.case("again")
    back, again = (office.world.do(case, "check_facts", "anna", FACTS) for case in cases)
    with office.world.engine.begin("anna") as uow:
        made = going_back.again(uow, again.id, why="Falscher Tag")

    def no_reason(page: Page) -> None:
        page.goto(office.address(cases[0], back))
        page.locator("form[data-main] button.primary").click()
        page.locator("#again-why-error").wait_for()

    yield State("step: no reason to go back", no_reason)
    yield State("step: done again", at(office.address(cases[1], made)))


def _at_hand() -> Iterator[State]:
    def anything(page: Page) -> None:
        page.goto("/inbox")
        page.keyboard.press("Control+k")
        page.keyboard.type("Riss")
        page.locator("#found [role=option]").first.wait_for()

    def keys(page: Page) -> None:
        page.goto("/inbox")
        page.keyboard.press("?")
        page.locator("dialog[open] h2").first.wait_for()

    yield State("palette", anything)
    yield State("palette: a page", at("/palette?q=Riss"))
    yield State("keys", keys)
    yield State("keys: a page", at("/shortcuts"))
    yield State("suggestions: how often accepted", at("/suggestions"), "sue")


def _kept(office: Office) -> Iterator[State]:
    step = office.held(office.case("kept"))

    def typed(page: Page) -> None:
        page.goto(step)
        page.locator("#step-form [name=damage_text]").fill("Der Riss ist im Lack")
        expect(page.locator("#kept")).not_to_be_empty()

    def nobody_answers(page: Page) -> None:
        page.goto(step)
        page.locator("#away").evaluate("said => { said.hidden = false }")

    meanwhile = office.case("meanwhile")
    ours, came = office.held(meanwhile), itertools.count()

    def both(page: Page) -> None:
        page.goto(ours)
        change(office.world, meanwhile, damage_text=f"Er sagt es anders ({next(came)})")
        fill(page, {**FACTS, "damage_text": "Ein Riss im Lack"})
        hand_in(page)
        page.locator("[name='_take.damage_text']").first.wait_for()

    yield State("step: a draft", typed)
    yield State("step: side by side with the case", both)
    yield State("step: no connection", nobody_answers)


def _among_us(office: Office) -> Iterator[State]:
    step = office.held(case := office.case("told"))
    with office.world.engine.begin("ben") as uow:
        comments.add(uow, case.id, "@anna, der Kunde hat schon zweimal angerufen.")
    with office.world.engine.begin("anna") as uow:
        comments.add(uow, case.id, "Ich weiß, danke.")

    def nothing_commented(page: Page) -> None:
        page.goto(step)
        page.locator(".comments form button").first.click()
        page.locator("#comment-error").wait_for()
        expect(page.locator("#comment-text")).to_be_focused()

    held = office.held(shared := office.case("shared"), "ben")

    def others_are_here(page: Page) -> None:
        for login, task in (("ben", office.open(shared).id), ("fay", None)):
            with office.world.engine.begin(login) as uow:
                presences.stay(uow, shared.id, task)
        page.goto(held)
        assert page.locator("#here p").count() == 2, "each is told once"

    yield State("step: colleagues are here", others_are_here)
    yield State("step: commented", at(step))
    yield State("step: nothing commented", nothing_commented)
    yield State("mentions", at("/mentions"))
    yield State("mentions: none", at("/mentions"), "ben")


def _practising(site: Site) -> Iterator[State]:
    """The same installation as the one or the other side, while the page is asked for."""
    engine, key = site.world.engine, b"a key of the tests"
    desk = TrainingSettings(key=key, url="http://training.firm.example")
    there = TrainingSettings(key=key, here=True, desk="http://desk.firm.example")

    def beside(training: TrainingSettings, address: str) -> Brought:
        def brought(page: Page) -> None:
            usual = engine.settings
            engine.settings = replace(usual, training=training)
            try:
                page.goto(address)
            finally:
                engine.settings = usual

        return brought

    yield State("practise: from the desk", beside(desk, "/practise"))
    yield State("training: an inbox", beside(there, "/inbox?view=team"))
    yield State("training: begin afresh", beside(there, "/practise"), "sue")


def _on_the_telephone(office: Office) -> Iterator[State]:
    engine = office.world.engine
    case = office.case("called")
    step = office.held(case, "ben")
    with engine.begin("otto") as uow:
        users.change_user(uow, "ben", extensions=["21"])
        users.change_user(uow, "fay", extensions=["22"])
    with engine.begin("ben") as uow:
        identifier_facts.add(uow, case.customer_id, "phone", "+492214710123")
        what, due = "Zurückrufen", uow.now + timedelta(days=1)
        follow_ups.ask(uow, uow.case(case.id), what=what, due=due, call="+492214710123")
    known, unknown = office.rings("21", "+492214710123"), office.rings("22", "+493099887766")

    def about_the_step(page: Page) -> None:
        with engine.begin("ben") as uow:
            talks.go_on(uow, known, case.id)
        page.goto(step)

    def nothing_to_promise(page: Page) -> None:
        page.goto(f"/cases/{case.number}/follow-ups")
        page.locator("form[data-main] button.primary").click()
        page.wait_for_load_state()

    yield State("somebody calls", at("/inbox"), "ben")
    yield State("talk: of a customer", at(f"/talk/{known}"), "ben")
    yield State("talks", at("/talks"), "ben")
    yield State("step: on the telephone", about_the_step, "ben")
    yield State("for later", nothing_to_promise, "ben")
    later = next(task for task in office.world.open_tasks(case) if task.kind == TaskKind.FOLLOW_UP)
    yield State("step: for later", at(office.address(case, later)), "ben")
    yield State("talk: of nobody we know", at(f"/talk/{unknown}"), "fay")


def _news(office: Office) -> Iterator[State]:
    came = itertools.count()

    def something_new(page: Page) -> None:
        page.goto("/inbox?view=team")
        office.case(f"new-{next(came)}")
        page.locator("[data-ask] a").wait_for()

    yield State("inbox: something new", something_new)
