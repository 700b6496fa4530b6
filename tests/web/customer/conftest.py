from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from cpm.commands import public_forms
from cpm.model import Arrival, Case, FormEntry
from tests.clock import FakeClock
from tests.web.conftest import shared
from tests.world import World

MESSAGE = {
    "name": "Mara Beispiel",
    "email": "mara.beispiel@example.org",
    "phone": "+49 221 1234567",
    "order_no": "B-4711",
    "subject": "Kessel undicht",
    "text": "Der Kessel ist seit gestern undicht.",
}


class Visitor:
    """Somebody outside with a browser that keeps no cookies and runs no scripts."""

    def __init__(self, client: FlaskClient, clock: FakeClock, address: str):
        self.client, self.clock, self.address = client, clock, address
        self.answer = self.page = None

    def get(self, address, **headers):
        return self._shown(self.client.get(address, headers=headers, environ_base=self._from))

    def fill(self, after=timedelta(seconds=20), **entries) -> MultiDict:
        """What the page would send after this time."""
        self.clock.advance(after)
        data = MultiDict(self.page.forms[0].form_values())
        for name, entry in entries.items():
            data[name] = entry
        return data

    def send(self, **entries):
        return self.post(self.page.forms[0].action, self.fill(**entries))

    def post(self, address, data):
        """Follows the one redirect there is."""
        answer = self.client.post(address, data=data, environ_base=self._from)
        if answer.status_code == 303:
            return self.get(answer.location)
        return self._shown(answer)

    def words(self, path="//main"):
        return " ".join(" ".join(found.text_content().split()) for found in self.page.xpath(path))

    @property
    def _from(self):
        return {"REMOTE_ADDR": self.address}

    def _shown(self, answer):
        self.answer = answer
        self.page = html.document_fromstring(answer.text) if answer.text else None
        return answer


class Outside:
    """The public form of complaints, and what came of it."""

    def __init__(self, firm: World, clock: FakeClock, app: Flask):
        self.firm, self.clock, self.app = firm, clock, app
        with firm.engine.begin("cpm webform") as uow:
            self.key = public_forms.add(uow, "complaint").key
        self.address = f"/f/{self.key}"

    def visitor(self, address="192.0.2.1") -> Visitor:
        return Visitor(self.app.test_client(use_cookies=False), self.clock, address)

    def all(self, noun):
        with self.firm.engine.read() as look:
            return list(look.session.scalars(select(noun).order_by(noun.id)))

    @property
    def cases(self) -> list[Case]:
        return self.all(Case)

    @property
    def entries(self) -> list[FormEntry]:
        return self.all(FormEntry)

    @property
    def arrivals(self) -> list[Arrival]:
        return self.all(Arrival)


@pytest.fixture
def outside(firm: World, clock: FakeClock, made: dict[str, Flask]) -> Outside:
    return Outside(firm, clock, shared(made, "outside", firm, PROPAGATE_EXCEPTIONS=True))


@pytest.fixture
def visitor(outside: Outside) -> Visitor:
    found = outside.visitor()
    found.get(f"{outside.address}?lang=de")
    return found
