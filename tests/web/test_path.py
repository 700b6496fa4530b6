"""The best path on pages: suggestions beside a step, the wrap-up, back to a step, what becomes of suggestions. No scripts."""

import re
from datetime import date

import pytest

from cpm.commands import consents, identifier_facts, tasks
from cpm.model import Case, Customer
from cpm.queries import acceptance
from tests import ordering
from tests.clock import FakeClock
from tests.commands.test_cost import statements
from tests.commands.test_suggestions import advise, called, claimed, rows
from tests.databases import Sqlite
from tests.office import FACTS
from tests.web.conftest import Browser
from tests.web.test_keeping import form as filled
from tests.web.test_keeping import hidden
from tests.world import World, mail

ENGLISH = {"Accept-Language": "en"}
EMAIL, WHY, NOTE = (f"_suggested.ask_email.{name}" for name in ("email", "reason", "note"))


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: what the commands do is tested on both."""
    return sqlite


@pytest.fixture
def case(firm: World) -> Case:
    return called(firm, "+49 211 555 0101")


def test_a_suggestion_is_accepted_beside_its_step(firm: World, browser: Browser, case: Case):
    anna, task = browser("anna"), claimed(firm, case)
    path = f"/cases/{case.number}/tasks/{task.id}"
    page = anna.get(path, headers=ENGLISH).text
    assert 'hx-target="#suggestions"' in page
    assert "before wrapping up" in page
    form = {"_decide": "accept ask_email", EMAIL: "keine"}
    at = f"/cases/{case.number}/suggestions?task={task.id}"
    assert f'hx-post="{at}"' in page
    refused = anna.post(at, data=form, headers=ENGLISH)
    assert refused.status_code == 422
    assert 'value="keine" form="step-form" aria-invalid="true"' in refused.text
    done = anna.post(at, data={**form, EMAIL: "m@example.org"})
    assert (done.status_code, done.location) == (303, f"{path}#suggestions")
    page = anna.get(path, headers=ENGLISH).text
    assert "accepted</span> Ask for the e-mail address" in page
    assert "Nothing else to do." in page


def test_one_is_declined_with_a_reason_before_the_wrap_up(firm: World, browser: Browser, case: Case):
    anna, at = browser("anna"), f"/cases/{case.number}/wrap-up"
    page = anna.get(at, headers=ENGLISH).text
    assert "To be done before" in page
    assert '<option value="">Please choose</option>' in page
    nothing = anna.post(at, data={"key": "k", "outcome": "", "reason": ""}, headers=ENGLISH).text
    assert "Please choose how it came out." in nothing
    assert '<a href="#reason">Please choose what it was about.</a>' in nothing
    assert '<input type="radio" id="reason" name="reason"' in nothing
    assert page.count('hx-target="#suggestions"') == 2  # what is typed below stays
    hasty = {"_decide": "decline ask_email", WHY: ""}
    refused = anna.post(f"/cases/{case.number}/suggestions", data=hasty, headers=ENGLISH)
    assert (refused.status_code, "Please choose something." in refused.text) == (422, True)
    assert "Call back: +49 " in page
    key = page.split('name="key" value="')[1].split('"')[0]
    said = {"key": key, "outcome": "settled", "reason": "question", "summary": "Alles gut."}
    refused = anna.post(at, data=said, headers=ENGLISH)
    assert refused.status_code == 409
    assert "Ask for the e-mail address" in refused.text
    assert refused.text.index('id="suggestions"') < refused.text.index('id="summary"')  # it goes with them
    assert 'value="settled" required checked' in refused.text
    decline = {"_decide": "decline ask_email", WHY: "other", NOTE: "Hat keine."}
    done = anna.post(f"/cases/{case.number}/suggestions", data=decline)
    assert done.location == at
    vague = anna.post(at, data={**said, "what": "Anrufen", "due": "gestern"})
    assert (vague.status_code, '<a href="#due">' in vague.text, 'id="due-hint"' in vague.text) == (
        422,
        True,
        False,
    )
    assert anna.post(at, data=said).location == "/inbox"
    page = anna.get(at, headers=ENGLISH).text
    assert "Wrapped up before" in page
    assert "only a question" in page
    assert rows(firm, case)["ask_email"].note == "Hat keine."


def test_what_is_typed_at_the_wrap_up_stays_without_scripts(firm: World, browser: Browser, case: Case):
    """Then one form brings all that stands on the page, and the button says what is decided."""
    anna, at = browser("anna"), f"/cases/{case.number}/suggestions"
    page = anna.get(f"/cases/{case.number}/wrap-up", headers=ENGLISH).text
    buttons = re.findall(r'<button form="wrap-up" formaction="([^"]+)" name="_decide" value="([^"]+)"', page)
    assert buttons == [(f"{at}#suggestions", f"{verb} ask_email") for verb in ("accept", "decline")]
    typed = {
        "key": "k1",
        "outcome": "settled",
        "reason": "question",
        "summary": "Alles gut.",
        "what": "Anrufen",
    }
    refused = anna.post(at, data={**typed, "_decide": "accept ask_email", EMAIL: "keine"}, headers=ENGLISH)
    done = anna.post(
        at, data={**typed, "_decide": "accept ask_email", EMAIL: "m@example.org"}, headers=ENGLISH
    )
    again = anna.post(at, data={**typed, "_decide": "accept ask_email", EMAIL: "m@example.org"})
    assert (refused.status_code, done.status_code, again.status_code) == (422, 200, 200)
    assert (
        'name="_suggested.ask_email.email" type="email" autocomplete="off" value="keine" form="wrap-up"'
        in refused.text
    )
    for each in (refused.text, done.text):
        assert 'value="settled" required checked' in each
        assert 'value="question" required checked' in each
        assert "Alles gut.</textarea>" in each
        assert 'value="Anrufen"' in each
        assert 'name="key" value="k1"' in each
    assert "accepted</span> Ask for the e-mail address" in done.text


def test_a_form_that_does_not_say_what_is_decided_decides_nothing(firm: World, browser: Browser, case: Case):
    anna, at, task = browser("anna"), f"/cases/{case.number}/suggestions", claimed(firm, case)
    old = {"verb": "accept", "action": "ask_email"}
    for form in (old, {"_decide": ""}, {"_decide": "accept"}, {"_decide": "drop ask_email"}):
        for beside, page in (("", {"key": "k1", "summary": "Alles gut."}), (f"?task={task.id}", {})):
            refused = anna.post(f"{at}{beside}", data={**form, **page})
            assert refused.status_code == 422
            assert "Bitte die Seite neu laden" in refused.text.partition('id="suggestions"')[2]
            assert ("Alles gut.</textarea>" in refused.text) == ("key" in page)
    assert rows(firm, case)["ask_email"].decided_at is None
    assert anna.get(at).location == f"/cases/{case.number}/wrap-up"
    assert anna.get(f"{at}?task={task.id}").location == f"/cases/{case.number}/tasks/{task.id}"


def test_one_goes_back_on_the_page_of_the_step(firm: World, browser: Browser):
    case = firm.receive(mail())
    assert case is not None
    done = firm.do(case, "check_facts", "anna", FACTS)
    anna, path = browser("anna"), f"/cases/{case.number}/tasks/{done.id}"
    page = anna.get(path, headers=ENGLISH).text
    assert "This goes: Choose the remedy." in page
    unsaid = anna.post(f"{path}/again", data={"why": ""})
    assert unsaid.status_code == 422
    assert 'id="summary"' in unsaid.text  # which takes the focus
    assert 'href="#again-why"' in unsaid.text
    key = page.partition('id="again-why"')[0].rpartition('name="_key" value="')[2][:32]
    back, lost = (anna.post(f"{path}/again", data={"why": "Falscher Tag.", "_key": key}) for _ in range(2))
    assert (back.status_code, lost.status_code) == (303, 303)
    assert lost.location == back.location, "sent again because no answer came: it is done once"
    other = anna.post(f"{path}/again", data={"why": "Falscher Tag.", "_key": key[::-1]})
    assert other.status_code == 409
    assert "Riss im Kessel" in anna.get(back.location).text
    assert "kein Weg zurück: Dieser Schritt wird gerade noch einmal erledigt." in (
        left := anna.get(path, headers={"Accept-Language": "de"}).text
    )
    assert "<dd>Riss im Kessel" in left, "what was entered then is still to be read"


@pytest.mark.parametrize(
    "told",
    [
        ("de", "fewer", "geändert: Positionen. Das Formular zeigt, was jetzt gilt"),
        ("en", "fewer", "Changed since it was entered here: Lines. The form shows it as it is now"),
        ("en", None, "What was entered here stands in the form again"),
    ],
)
def test_a_step_that_is_done_says_what_its_form_shows_otherwise_now(
    firm: World, clock: FakeClock, browser: Browser, told: tuple[str, str | None, str]
):
    """The customer took fewer: neither the page nor the form may claim something else."""
    language, way, words = told
    case, said = ordering.called(firm), {"Accept-Language": language}
    ordering.done(firm, case, "capture_customer", **ordering.CALLER)
    done = firm.step(case, "capture_lines")
    ordering.done(
        firm,
        case,
        "capture_lines",
        lines=ordering.lines(firm, clock, ("SO-3001", 100 if way else 2)),
    )
    if way:
        ordering.done(firm, case, "find_way", way=way, agreed=True)
    assert firm.at(case) == ["confirm_order"]
    oda, path = browser("oda"), f"/cases/{case.number}/tasks/{done.id}"

    page = oda.get(path, headers=said).text
    assert words in page
    summary = re.search(r'<div class="warning" role="status">.*?</dl></div>', page, re.DOTALL)
    assert summary is not None
    assert ("SO-3001" in summary[0], "100" in summary[0]) == (True, way is not None)
    assert f"{'Bezeichnung' if language == 'de' else 'Name'}: " in summary[0], "an article has a name, too"
    back = oda.post(f"{path}/again", data={"why": "Noch eine Position."})
    (qty,) = re.findall(r'name="lines\.[0-9a-z]+\.qty"[^>]*value="([0-9]+)"', oda.get(back.location).text)
    assert (int(qty) < 100) == bool(way) or not way


def test_supervisors_see_what_becomes_of_suggestions(firm: World, browser: Browser, case: Case):
    task = claimed(firm, case)
    with firm.engine.begin("anna") as uow:
        tasks.release(uow, task.id)
    page = browser("sue").get("/suggestions", headers=ENGLISH).text
    assert "Ask for the e-mail address" in page
    file = browser("sue").get("/suggestions.csv?since=2026-01-01", headers={"Accept-Language": "de"})
    assert "Nach der E-Mail-Adresse fragen;ask_email;queued;1;0;0;0;1" in file.text
    assert browser("anna").get("/suggestions").status_code == 403
    assert (
        "Nothing was suggested" in browser("sue").get("/suggestions?until=2020-01-01", headers=ENGLISH).text
    )


def test_days_are_read_as_people_write_them_or_refused(firm: World, browser: Browser, case: Case):
    claimed(firm, case)
    sue, german = browser("sue"), {"Accept-Language": "de"}
    page = sue.get("/suggestions?since=1.3.2026&until=02.03.2026", headers=german)
    assert (page.status_code, "Nach der E-Mail-Adresse fragen" in page.text) == (200, True)
    assert 'value="01.03.2026"' in page.text
    for address in ("/suggestions", "/suggestions.csv"):
        refused = sue.get(f"{address}?since=gestern", headers=german)
        assert refused.status_code == 422
        assert "Erwartet war ein Tag wie 01.12.2026, aber „gestern“ ist keiner." in refused.text
    backwards = sue.get("/suggestions?since=2026-03-02&until=2026-03-01", headers=ENGLISH)
    assert backwards.status_code == 422
    assert "Expected the last day to be the first or a later one" in backwards.text
    assert "Ask for the e-mail address" not in backwards.text


def test_a_day_far_away_is_a_day_as_any_other(firm: World):
    """For programs, who may ask for any. The first and the last one have no day beside them, or no midnight in Berlin."""
    with firm.engine.read("sue") as look:
        assert acceptance.rates(look, "de", since=date.min, until=date.max) == []


def test_who_does_not_work_on_cases_is_kept_out(firm: World, browser: Browser, case: Case):
    """What an agent may not see is in `test_objects.py`."""
    for address in ("wrap-up", "suggestions"):
        assert browser("otto").post(f"/cases/{case.number}/{address}").status_code == 403


def test_what_is_typed_at_the_step_stays_without_scripts(firm: World, browser: Browser, case: Case):
    """Then the buttons belong to the step's form, which brings what is typed; what is decided and that are kept together."""
    anna, task = browser("anna"), claimed(firm, case)
    path = f"/cases/{case.number}/tasks/{task.id}"
    at = f"/cases/{case.number}/suggestions?task={task.id}"
    page = anna.get(path, headers=ENGLISH).text
    buttons = re.findall(
        r'<button form="step-form" formaction="([^"]+)" name="_decide" value="([^"]+)"', page
    )
    assert buttons == [(f"{at}#suggestions", f"{verb} ask_email") for verb in ("accept", "decline")]
    assert [
        name for name in (EMAIL, WHY, NOTE) if not re.search(f'name="{name}"[^>]* form="step-form"', page)
    ] == []
    typed = filled(anna, path, damage_text="Nur halb fer")
    handed_in = anna.post(path, data={**typed, EMAIL: "m@example.org"}, headers=ENGLISH)
    assert (handed_in.status_code, "neither accepted nor declined" in handed_in.text) == (422, True)
    confirmed = anna.post(path, data={**typed, "_suggested.ask_email._confirm": "adult"}, headers=ENGLISH)
    assert (confirmed.status_code, "neither accepted nor declined" in confirmed.text) == (422, False)
    refused = anna.post(at, data={**typed, "_decide": "accept ask_email", EMAIL: "keine"}, headers=ENGLISH)
    assert (refused.status_code, 'value="keine"' in refused.text) == (422, True)
    for each in (handed_in.text, refused.text, anna.get(path).text):
        assert "Nur halb fer" in each
    typed |= {**hidden(refused), "damage_text": "Ganz fertig"}
    done = anna.post(at, data={**typed, "_decide": "accept ask_email", EMAIL: "M@example.org"})
    assert (done.status_code, done.location) == (303, f"{path}#suggestions")
    page = anna.get(path, headers=ENGLISH).text
    assert "Ganz fertig" in page
    assert "accepted</span> Ask for the e-mail address" in page


def test_a_decision_takes_nothing_from_another_window(firm: World, browser: Browser, case: Case):
    """What is typed there since stands side by side with this, and nothing is decided yet."""
    anna, task = browser("anna"), claimed(firm, case)
    path = f"/cases/{case.number}/tasks/{task.id}"
    behind, ahead = (filled(anna, path, damage_text=text) for text in ("Hier", "Dort"))
    anna.post(f"{path}/draft", data=ahead)
    decline = {"_decide": "decline ask_email", WHY: "no_time"}
    both = anna.post(f"/cases/{case.number}/suggestions?task={task.id}", data={**behind, **decline})
    assert both.status_code == 409
    assert "Hier" in both.text
    assert "Dort" in both.text
    assert "_suggested" not in both.text
    assert rows(firm, case)["ask_email"].decided_at is None


def test_who_does_not_hold_the_step_decides_beside_it_as_before(firm: World, browser: Browser, case: Case):
    """There is no form of the step then."""
    task, ben = claimed(firm, case), browser("ben")
    path = f"/cases/{case.number}/tasks/{task.id}"
    page = ben.get(path, headers=ENGLISH).text
    assert 'form="step-form"' not in page
    decline = {"_decide": "decline ask_email", WHY: "no_time"}
    done = ben.post(f"/cases/{case.number}/suggestions?task={task.id}", data=decline)
    assert done.location == f"{path}#suggestions"
    assert rows(firm, case)["ask_email"].decided_by == "ben"


def test_a_suggestion_that_sends_says_before_to_whom_and_what(firm: World, browser: Browser, case: Case):
    """As it would go at this moment: by telephone where there is no address. That costs one statement, and none elsewhere."""
    anna, task = browser("anna"), claimed(firm, case)
    at = f"/cases/{case.number}"
    step = f"{at}/tasks/{task.id}"

    def read(address: str, language: str = "en") -> tuple[str, list[str]]:
        with statements(firm.engine.database) as seen:
            page = anna.get(address, headers={"Accept-Language": language})
        assert page.status_code == 200
        return page.text.partition('id="suggestions"')[2], seen

    advise(firm, "reassure", "task")
    for address in (step, f"{at}/wrap-up"):
        read(address)  # what is asked once is known then
    plain = {address: len(read(address)[1]) for address in (step, f"{at}/wrap-up")}
    advise(firm, "reassure", "send:still_working")
    for address, usual in plain.items():
        page, seen = read(address)
        assert len(seen) == usual + 1, "\n".join(seen)
        subject = f'<span lang="de">Wir sind dran ({case.number})</span>'
        assert f"Becomes a task, to be said by telephone to +49 211 5550101: {subject}" in page
        assert (
            "Ihre Reklamation ist noch in Arbeit"
            in page.partition("What it says")[2].partition("</details>")[0]
        )
    with firm.engine.begin("anna") as uow:
        identifier_facts.add(uow, case.customer_id, "email", "mara@example.org")
    assert "Per E-Mail an mara@example.org:" in read(step, "de")[0]
    with firm.engine.begin("anna") as uow:
        customer = uow.get(Customer, case.customer_id)
        consents.withdraw(uow, customer, "email", "notices", source="phone")
    assert (
        "Der Kunde würde nichts davon hören: Der Kunde hat Benachrichtigungen abbestellt."
        in read(step, "de")[0]
    )
    advise(firm, "reassure", "send:nothing_of_the_kind")
    assert "The customer would" not in read(step)[0]
