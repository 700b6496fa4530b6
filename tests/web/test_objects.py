"""What somebody may not see is not found, by whatever address of the desk they ask for it, and no page tells of it."""

import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from cpm.commands import incidents
from cpm.model import Case, Comment, Document, Incident, Interaction, Job, Mention, Reply, Talk, Task
from tests.commands.test_access import deploy_confidential
from tests.databases import Sqlite
from tests.web.conftest import Browser
from tests.web.test_reply import form
from tests.world import World, mail

SECRET = "Zwiebelkuchen"
#: Placeholder of an address -> what it names.
ROWS = {
    "task_id": Task,
    "document_id": Document,
    "interaction_id": Interaction,
    "comment_id": Comment,
    "reply_id": Reply,
    "job_id": Job,
    "incident_id": Incident,
    "mention_id": Mention,
    "talk_id": Talk,
}
#: Whose door is another one: their own tokens, their own tests.
ELSEWHERE = ("api.", "status.", "customer.")


@pytest.fixture
def databases(sqlite: Sqlite) -> Sqlite:
    """One kind is enough here: the rule itself is tested on both."""
    return sqlite


@pytest.fixture
def hidden(firm: World, browser: Browser) -> Case:
    """A case of a confidential process with something of each kind in it, of a customer whom everybody sees."""
    case = firm.receive(mail(subject=f"{SECRET} eins", text=f"{SECRET} zwei. Kaputt, Mangel."))
    assert case is not None
    firm.drain()
    at, task = f"/cases/{case.number}", firm.step(case, "check_facts").id
    posted = {
        f"{at}/tasks/{task}/claim": {},
        f"{at}/comments": {"text": f"{SECRET} drei @ben"},
        f"{at}/reply/draft": form(case, text=f"{SECRET} vier"),
        f"{at}/follow-ups": {"what": f"{SECRET} fünf", "due": "morgen 9 Uhr", "team": "service"},
        f"{at}/tasks/{task}/draft": {"damage_text": f"{SECRET} sechs", "_asked": "damage_text"},
        f"{at}/documents": {"files": [(io.BytesIO(b"x"), f"{SECRET}.txt", "text/plain")]},
        "/talks": {"case": case.number, "number": "+492214710199"},
        f"{at}/here": {"task": str(task)},
    }
    anna = browser("anna")
    for address, data in posted.items():
        assert anna.post(address, data=data, headers={"CPM-Kept": "part"}).status_code < 400, address
    with firm.engine.begin("anna") as uow:
        incidents.declare(uow, task, kind="other", note=f"{SECRET} sieben")
    deploy_confidential(firm)
    return case


def test_no_address_of_a_confidential_case_is_there_for_others(
    app: Flask, firm: World, browser: Browser, hidden: Case
):
    """Every route that names a case or a part of one, with all that there is in this one, also below another case."""
    other = firm.receive(mail(sender="kim@example.org", message_id="<other@example.org>"))
    assert other is not None
    numbers = [hidden.number, other.number]
    named: dict[str, Sequence[Any]] = {"number": numbers, "customer_id": [hidden.customer_id]}
    with firm.engine.read() as look:
        named |= {name: list(look.session.scalars(_of(hidden, row))) for name, row in ROWS.items()}
    assert all(named.values()), named
    supervisor, asked, wrong, before = browser("max"), 0, [], firm.story(hidden)
    for endpoint, method, values in _addresses(app, named):
        if not ROWS.keys() & values.keys() and values.get("number") != hidden.number:
            continue
        address, asked = _url(app, endpoint, values), asked + 1
        answer = supervisor.open(address, method=method, data={"remedy": "retry"}, follow_redirects=True)
        if answer.status_code != 404 or SECRET in answer.text:
            wrong.append(f"{method} {address} answers {answer.status_code}")
    assert wrong == []
    assert asked > 100
    assert firm.story(hidden) == before


def test_no_page_that_others_read_tells_of_a_confidential_case(app: Flask, browser: Browser, hidden: Case):
    """Lists, counts, calls, mentions, what a customer has: none names it, or says a word of it."""
    supervisor, told = browser("max"), []
    for endpoint, method, values in _addresses(app, {"customer_id": [hidden.customer_id]}):
        if method != "GET" or endpoint == "live.stream":
            continue
        answer = supervisor.get(_url(app, endpoint, values))
        told += [endpoint for each in (SECRET, hidden.number) if each.encode() in answer.data]
    assert told == []


def _of(case: Case, row: Any) -> Any:
    """The ids of what the case has of this."""
    if row is Mention:
        return select(Mention.id).join(Mention.comment).where(Comment.case_id == case.id)
    return select(row.id).where(row.case_id == case.id)


def _addresses(app: Flask, named: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Those that ask for nothing but this."""
    for route in app.url_map.iter_rules():
        given = set(route.defaults or {})
        if route.endpoint.startswith(ELSEWHERE) or not route.arguments - given <= named.keys():
            continue
        names = sorted(route.arguments - given)
        for values in itertools.product(*(named[name] for name in names)):
            for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
                yield route.endpoint, method, dict(zip(names, values, strict=True)) | (route.defaults or {})


def _url(app: Flask, endpoint: str, values: dict[str, Any]) -> str:
    with app.test_request_context():
        return url_for(endpoint, **values)
