"""One event is told to another system, outside any transaction, and what came of it is written down."""

from cpm.commands import webhooks
from cpm.commands.jobs import Leased
from cpm.connectors import Http
from cpm.connectors.http import NotAllowed, as_json, signatures
from cpm.connectors.http.wire import NotReached, Request, exchange
from cpm.engine import Engine
from cpm.model import Job, Webhook

ACTOR = "worker"


def tell(engine: Engine, lease: Leased) -> None:
    """Any answer from 200 to 299 will do; killed at any moment it is told again, under the same id."""
    with engine.read() as look:
        job = look.session.get(Job, lease.id)
        webhook = look.session.get(Webhook, int(job.payload["webhook"])) if job is not None else None
        event = job.payload["event"] if job is not None else {}
    if webhook is None:
        return
    why = _told(engine, webhook, event) if webhook.active else "It was ended."
    with engine.begin(ACTOR) as uow:
        if why is None:
            webhooks.delivered(uow, lease)
        else:
            webhooks.refused(uow, lease, why)


def _told(engine: Engine, webhook: Webhook, event: dict[str, object]) -> str | None:
    """None if they have it, else why not."""
    http = engine.connectors["http"]
    assert isinstance(http, Http), "it is the one of the registry"
    body = as_json(event)
    key = webhooks.key_of(engine.settings.secret, webhook)
    headers = {
        "Content-Type": "application/json",
        **signatures.signed(key, str(event["id"]), engine.clock(), body),
    }
    try:
        answer = exchange(Request("POST", webhook.url, headers, body), http.allowed)
    except (NotAllowed, NotReached) as error:
        return str(error)
    return None if 200 <= answer.status < 300 else f"The answer was {answer.status}."
