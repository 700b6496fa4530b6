"""Web forms of customers, seen from the commands: what may be deployed, what is stored, and who is faster."""

import json
from datetime import UTC, date
from decimal import Decimal
from threading import Thread

import pytest
from sqlalchemy import select

from cpm.channels import webform
from cpm.commands import definitions, interactions, public_forms, webforms
from cpm.commands.public_forms import Sent
from cpm.errors import NotFound
from cpm.model import Arrival, ArrivalState, Case, FormEntry
from cpm.queries import public_forms as queries
from cpm.queries import startable
from cpm.settings import SHIPPED
from tests.commands.cli import Cpm, ready
from tests.world import World

FORM = SHIPPED / "processes" / "complaint" / "complaint_webform.form"
TYPED = {
    "name": "Mara Beispiel", "email": "mara@example.org", "phone": None, "order_no": "B-1", "case_no": None,
    "subject": "Kessel", "text": "Der Kessel ist undicht.",
}  # fmt: skip


def findings(firm: World, *changes: dict[str, object], leave_out: str = "") -> list[str]:
    """What speaks against the complaint's web form after these fields have been put in place of those of the key."""
    form = json.loads(FORM.read_text())
    new = {change["key"]: change for change in changes}
    kept = [field for field in form["components"] if field["key"] not in {leave_out, *new}]
    form["components"] = [*kept, *new.values()]
    with firm.engine.read() as look:
        found = definitions.check(look, {FORM.name: json.dumps(form).encode()})
    return [f"{finding.element}: {finding.reason}" for finding in found]


def test_a_web_form_that_a_case_cannot_begin_with_is_refused(firm: World):
    text = {"type": "textfield", "label": "x"}
    assert findings(firm) == []
    assert findings(firm, leave_out="email")[0].startswith("email: Expected a required field email")
    assert findings(firm, {**text, "key": "email", "validate": {"required": True}})[0].startswith("email: ")
    assert findings(firm, {**text, "key": "text"})[0].startswith("text: Expected a required field text")
    assert findings(firm, {**text, "key": "customer_value"}) == [
        "customer_value: Expected no field customer_value: that is the engine's own, or an approval stands on it."
    ]
    assert findings(firm, {**text, "key": "goodwill_amount"})[0].startswith("goodwill_amount: ")
    assert findings(firm, {"type": "checkbox", "label": "x", "key": "case_no"})[0].startswith("case_no: ")


def test_whoever_has_listed_what_they_want_need_say_nothing_more(firm: World):
    with firm.engine.read() as look:
        (bundle,) = (one for one in startable.bundles(look) if one.key == "order")
    form = bundle.forms["order_webform"]
    lines = [{"sku": "SO-2001", "qty": Decimal(3), "wanted_on": date(2026, 12, 1)}]
    values = {"email": "mara@example.org", "text": None, "lines": lines}
    about = {"page": "1", "title": "Bestellung", "language": "de", "zone": UTC}
    told = webform.parse(webforms.message(form, bundle.program, values, **about))
    assert told.text == told.full_text
    assert "Produkt: SO-2001 · Menge: 3 · Wunschtermin: 01.12.2026" in told.text


def test_a_process_that_names_a_missing_form_is_refused(firm: World):
    model = (FORM.parent / "complaint.bpmn").read_text().replace("complaint_webform", "nowhere")
    with firm.engine.read() as look:
        (found,) = definitions.check(look, {"complaint.bpmn": model.encode()})
    assert "form 'nowhere'" in found.reason


def opened(firm: World) -> str:
    with firm.engine.begin("cpm webform") as uow:
        return public_forms.add(uow, "complaint").key


def test_what_could_not_be_filed_at_once_is_filed_by_a_worker(firm: World):
    """As when the process of the server ends between the two transactions."""
    sent = Sent(opened(firm), "page 1", "192.0.2.1", "de")
    with firm.engine.begin("webform") as uow:
        entry = public_forms.accept(uow, sent, TYPED).id
    with firm.engine.read() as look:
        assert queries.receipt(look, sent.form, entry, "de").number is None
    firm.drain()
    with firm.engine.read() as look:
        (case,) = look.session.scalars(select(Case))
        assert queries.receipt(look, sent.form, entry, "de").number == case.number
    with firm.engine.begin("webform") as uow:
        public_forms.file(uow, entry)
        assert [arrival.state for arrival in uow.session.scalars(select(Arrival))] == [ArrivalState.FILED]


def test_two_clicks_at_the_same_moment_are_one_message(firm: World):
    sent = Sent(opened(firm), "page 1", "192.0.2.1", "de")
    entries = []

    def click() -> None:
        with firm.engine.begin("webform") as uow:
            entry = public_forms.accept(uow, sent, TYPED).id
        with firm.engine.begin("webform") as uow:
            public_forms.file(uow, entry)
        entries.append(entry)

    clicks = [Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(entries) == 4
    assert len(set(entries)) == 1
    with firm.engine.read() as look:
        assert len(look.session.scalars(select(Case)).all()) == 1


def test_what_was_sent_is_forgotten_after_a_month(firm: World, clock):
    key = opened(firm)
    for number, wait in ((1, public_forms.KEPT), (2, None)):
        with firm.engine.begin("webform") as uow:
            public_forms.accept(uow, Sent(key, f"page {number}", "192.0.2.1", "de"), TYPED)
        if wait:
            clock.advance(wait)
    with firm.engine.read() as look:
        assert [entry.page for entry in look.session.scalars(select(FormEntry))] == ["page 2"]


def test_a_quarantined_message_is_tried_again_as_what_it_is(firm: World):
    with firm.engine.begin("webform") as uow:
        entry = public_forms.accept(uow, Sent(opened_in(uow), "page 1", "192.0.2.1", "de"), TYPED)
        interactions.quarantine(uow, entry.arrival_id, "A test.")
        arrival = entry.arrival_id
    with firm.engine.begin("otto") as uow:
        assert interactions.retry(uow, arrival).interaction.channel == "webform"


def opened_in(uow) -> str:
    actor, uow.actor = uow.actor, "cpm webform"
    key = public_forms.add(uow, "complaint").key
    uow.actor = actor
    return key


def test_the_command_line_opens_lists_and_closes(database_url: str, tmp_path):
    cpm: Cpm = ready(database_url, tmp_path)
    made = cpm.json("webform", "add", "complaint")
    assert made["address"].endswith(f"/f/{made['key']}")
    assert cpm("webform", "add", "complaint").strip() == made["address"]
    (line,) = cpm.json("webform", "list")
    assert (line["process"], line["active"], line["messages"]) == ("complaint", True, 0)
    assert made["address"] in cpm("webform", "list")
    cpm("webform", "close", made["key"])
    assert not cpm.json("webform", "list")[0]["active"]
    cpm("webform", "add", "approval", code=1)
    assert "cpm:webform" in cpm.complaint


def test_a_form_whose_process_is_gone_is_not_found(firm: World):
    key = opened(firm)
    with firm.engine.begin("cpm test") as uow:
        queries.at(uow, key).process = "gone"
    with firm.engine.read() as look, pytest.raises(NotFound):
        queries.page(look, key, "de")
