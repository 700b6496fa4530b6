"""The same order over REST: a program types for the caller, and the real Tryton ships."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cpm.commands import tokens
from cpm.model import User, scopes_of
from tests import databases as kinds
from tests import order_story
from tests.databases import Databases, Kind
from tests.erp.running import Erp
from tests.order_story import AGENT, HOOK, MODULE, OTHER, Story
from web.app import create_app

pytestmark = pytest.mark.slow


@pytest.fixture
def story(sqlite: Databases, tmp_path: Path, own_erp: Erp) -> Iterator[Story]:
    with (
        sqlite.fresh(tmp_path, Kind.FURNISHED) as url,
        kinds.opened(url) as database,
        order_story.told(database, tmp_path, own_erp) as told,
    ):
        yield told


def test_an_unknown_caller_orders_once_and_pays(story: Story) -> None:
    with story.engine.begin("cpm test") as uow:
        scopes = sorted(scopes_of(uow.get(User, AGENT).roles))
        text = tokens.create(
            uow, AGENT, name="a test", scopes=scopes, expires_at=uow.now + timedelta(days=1)
        ).text
    client, typed = create_app(story.engine).test_client(), story.typed
    signed = {"Authorization": f"Bearer {text}", "Accept-Language": "en"}

    def send(method: str, path: str, body: dict[str, Any] | None = None) -> None:
        answer = client.open(f"/api/v1{path}", method=method, headers=signed, json=body)
        assert answer.status_code < 300, (path, answer.json)
        story.work()

    def done(element: str, **data: Any) -> None:
        task = story.world.step(story.case(), element)
        if task.assignee is None:
            send("PUT", f"/tasks/{task.id}/claim")
        send("PUT", f"/tasks/{task.id}/completion", {"data": data})

    caller = {"last_name": typed.note("last name", "Winter"), "phone": typed.note("phone", "0221 5550101")}
    said = {
        "subject": typed.note("subject", "Module und Dachhaken"),
        "text": typed.note("what they said", "Geht das bis nächste Woche?"),
    }
    send(
        "POST",
        "/cases",
        {"process": "order", "channel": "phone", "language": "de", **said, "new_customer": caller},
    )
    done(
        "capture_customer",
        customer_kind="company",
        company_name=typed.note("company", "Sonnenhof GmbH"),
        gender_address="Frau",
        street=typed.note("street", "Am Hang 3"),
        postcode=typed.note("postcode", "50939"),
        city=typed.note("town", "Köln"),
        country="DE",
        email=typed.note("e-mail", "einkauf@sonnenhof.example.com"),
        language="de",
    )
    on = story.wanted_on().isoformat()
    wanted = [(MODULE, "8"), (HOOK, "100"), (OTHER, "5")]
    lines = [
        {
            "sku": typed.note(f"line {row}: product", sku),
            "qty": typed.note(f"line {row}: quantity", qty),
            "wanted_on": typed.note(f"line {row}: date", on),
        }
        for row, (sku, qty) in enumerate(wanted)
    ]
    done("capture_lines", lines=lines)
    done("find_way", way="part_delivery", agreed=True)
    done("confirm_order", accepted="yes")
    story.ends_paid()
