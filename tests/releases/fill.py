"""Cases in every state that an installation has at some moment, made by the code of the release that lies around it.

Run by `make.py` in a checkout of that release, with its own `cpm` and `tests.world`; models are drawn by today's
`drawing`, which is handed over as a file. What a release does not have yet is left out.
"""

import importlib.util
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from cpm import schema
from cpm.channels import message_ids
from cpm.commands import cases, customers, definitions, incidents, interactions, process, resolutions, tasks
from cpm.connectors import Failed
from cpm.database import Database
from cpm.model import Job, JobKind, JobState, Remedy
from cpm.settings import SHIPPED
from tests.clock import FakeClock
from tests.world import engine_on, furnish, mail, world

FACTS = {"cause": "other", "damage_text": "Riss im Kessel", "safety": False}
REMEDY = {"remedy": "explain", "reason": "Der Riss ist nur im Lack."}
GOODWILL = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet, das tut uns leid."}
ANSWER = {"answer_channel": "email", "subject": "Ihre Reklamation", "answer": "Der Riss ist nur im Lack."}


class Filled:
    def __init__(self, url: str, home: Path) -> None:
        self.clock, self.database = FakeClock(), Database(url)
        schema.upgrade(self.database)
        furnish(engine_on(self.database, home))
        self.world = world(self.database, home, self.clock)

    def received(self, word: str, text: str = "Der Kessel hat einen Riss.", *, drain: bool = True):
        sender = f"Mara Beispiel <{word}@example.org>"  # of too many from one address a loop is suspected
        raw = mail(
            sender=sender, subject=f"Riss im Kessel ({word})", message_id=f"<{word}@example.org>", text=text
        )
        case = self.world.receive(raw)
        if drain:
            self.world.drain()
        return case

    def answered(self, word: str, answer=ANSWER):
        case = self.received(word)
        for element, data in (("check_facts", FACTS), ("decide_remedy", REMEDY), ("write_answer", answer)):
            self.world.do(case, element, "anna", data)
        return case

    def replied(self, case, word: str) -> None:
        settings = self.world.engine.settings
        ours = message_ids.make(settings.secret, settings.mail_domain, case.id, "any key")
        about = {"In-Reply-To": ours, "References": ours}
        self.world.receive(mail(text="Danke.", message_id=f"<{word}.reply@example.org>", headers=about))
        self.world.drain()

    def act(self, who: str, command, *args, **more):
        with self.world.engine.begin(who) as uow:
            return command(uow, *args, **more)

    def begun(self, process_id: str, *parts: str, data=None, **more):
        """A case of a process that is drawn here."""
        given = {f"zoo/{process_id}.bpmn": drawing.model(*parts, process_id=process_id, **more)}
        self.act("otto", definitions.deploy, given)
        with self.world.engine.begin("otto") as uow:
            customer = customers.of_address(uow, "zoo@example.org", name="Zoe Probe", language="de")
            about = {"process": process_id, "subject": process_id, "channel": "email", "language": "de"}
            case = cases.open_case(uow, customer, **about, data=data or {"order": process_id, "n": 3})
            process.start(uow, case)
        self.world.drain()
        return case


def fill(it: Filled) -> None:
    complaints(it)
    troubles(it)
    constructs(it)
    for later in (desks, policies, events):
        with suppress(ImportError):
            later(it)
    last_moments(it)


def complaints(it: Filled) -> None:
    """Along the shipped process, to each of its waits."""
    for demo in ("complaint-english.eml", "complaint-danger.eml", "out-of-office.eml", "malformed.eml"):
        it.world.receive((SHIPPED / "processes" / "demo" / demo).read_bytes())
    it.received("new")
    claimed = it.received("claimed")
    it.act("anna", tasks.claim, it.world.step(claimed, "check_facts").id)
    it.world.do(it.received("facts"), "check_facts", "anna", FACTS)
    asked = it.received("approval")
    it.world.do(asked, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    it.world.do(asked, "decide_remedy", "anna", GOODWILL)
    it.answered("waits")
    it.world.drain()
    settled = it.answered("settled")
    it.world.drain()
    it.replied(settled, "settled")
    it.world.do(settled, "read_reply", "anna", {"reply_kind": "accepted"})
    replied = it.answered("replied")
    it.world.drain()
    it.replied(replied, "replied")
    it.answered("letter", {**ANSWER, "answer_channel": "letter"})
    it.world.drain()


def troubles(it: Filled) -> None:
    """Exceptions of every origin, and how they are settled."""
    for word, outcome in (("refused", Failed("address_refused", "550 5.1.1 no such user")),) * 1:
        case = it.answered(word)
        it.world.post.outcomes = [outcome]
        it.world.drain()
    skipped = it.answered("skipped")
    it.world.post.outcomes = [Failed("address_refused", "550 5.1.1 no such user")]
    it.world.drain()
    it.act("sue", resolutions.resolve, it.world.incident(skipped).id, Remedy.SKIP, note="Ist gedruckt.")
    special = it.received("special")
    task = it.world.step(special, "check_facts")
    it.act("anna", tasks.claim, task.id)
    it.act("anna", incidents.declare, task.id, kind="other", note="Das passt nicht.")
    it.act("sue", resolutions.ask, it.world.incident(special).id, title="Bitte nachsehen", team="finance")
    assert case is not None


def constructs(it: Filled) -> None:
    """What the first release ran, each in the middle."""
    d = drawing
    it.begun(
        "zoo_parallel",
        *(d.start(), d.parallel("split"), d.user("a"), d.user("b"), d.parallel("join"), d.user("z"), d.end()),
        d.catch("paid", d.message("m1")),
        d.boundary("remind", "a", d.timer("P1D"), interrupting=False),
        d.user("reminded"),
        *(d.path("s", "split", "a", "join", "z", "e"), d.path("split", "b", "join")),
        *(d.path("split", "paid", "join"), d.path("remind", "reminded")),
        declared=d.DECLARED,
    )
    case = it.begun(
        "zoo_each",
        *(d.start(), d.user("each", d.each("=[1, 2, 3, 4]", output=("out", "=item"))), d.user("z"), d.end()),
        d.path("s", "each", "z", "e"),
    )
    one = it.world.open_tasks(case)[0]
    it.act("anna", tasks.claim, one.id)
    it.act("anna", tasks.complete, one.id, {})
    it.begun(
        "zoo_one_by_one",
        *(d.start(), d.user("each", d.each("=[1, 2, 3]", sequential=True)), d.user("z"), d.end()),
        d.path("s", "each", "z", "e"),
    )
    it.begun(
        "zoo_deferred",
        *(d.start(), d.node("eventBasedGateway", "which"), d.catch("paid", d.message("m1"))),
        *(d.catch("late", d.timer("P2D")), d.user("z"), d.end()),
        *(d.path("s", "which", "paid", "z", "e"), d.path("which", "late", "z")),
        declared=d.DECLARED,
    )
    inside = (d.start("s2"), d.user("in"), d.end("e2"), d.path("s2", "in", "e2"))
    it.begun(
        "zoo_inside",
        *(d.start(), d.node("subProcess", "sub", *inside), d.user("z"), d.end()),
        *(d.boundary("too_long", "sub", d.timer("P3D")), d.user("late"), d.path("too_long", "late")),
        d.path("s", "sub", "z", "e"),
    )
    listening = (
        d.start("heard", d.message("m1"), isInterrupting="false"),
        d.user("told"),
        d.path("heard", "told"),
    )
    it.begun(
        "zoo_beside",
        *(d.start(), d.user("a"), d.end(), d.path("s", "a", "e")),
        d.node("subProcess", "beside", *listening, triggeredByEvent="true"),
        declared=d.DECLARED,
    )
    it.begun(
        "zoo_stuck",
        *(d.start(), d.xor("which"), d.user("a"), d.end(), d.path("s", "which")),
        *(d.flow("which", "a", "=n > 5"), d.flow("which", "e", "=n < 0"), d.path("a", "e")),
    )


def desks(it: Filled) -> None:
    """Since issue 3: parked tasks, absences, forms of the web, views, tokens, requests."""
    from cpm.commands import absences, public_forms, tokens

    parked = it.received("parked")
    task = it.world.step(parked, "check_facts")
    it.act("anna", tasks.claim, task.id)
    it.act("anna", tasks.park, task.id, reason="Rückruf morgen", until=it.clock() + timedelta(days=1))
    it.act("cpm test", public_forms.add, "complaint")
    away = {"from_at": it.clock(), "until_at": it.clock() + timedelta(days=3), "substitute": "anna"}
    it.act("cpm test", absences.add, "ben", **away)
    lasts = {"scopes": ["metrics:read"], "expires_at": it.clock() + timedelta(days=30)}
    it.act("cpm test", tokens.create, "otto", name="watch", **lasts)


def policies(it: Filled) -> None:
    """Since issue 4: an approval that a policy wants, a call that will be made once more by itself."""
    from cpm.commands import automatic
    from cpm.errors import CpmError
    from cpm.policies import Assent

    it.answered("once_more")
    it.world.post.outcomes = [Failed("unreachable", "the mail server is away")]
    it.world.drain()
    table = (SHIPPED / "rules" / "goodwill.dmn").read_bytes()
    for word in (b'"supervisor"', b'"management"', b'"refused"'):
        table = table.replace(word, b'"none"')
    it.act("cpm test", definitions.deploy, {"goodwill.dmn": table})
    stopped = it.received("stopped")
    it.world.do(stopped, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "2000"})
    it.world.do(stopped, "decide_remedy", "anna", {**GOODWILL, "goodwill_amount": "500"})
    with suppress(CpmError), it.world.engine.begin("sue", Assent(ask="Lange gewartet.")) as uow:
        resolutions.resolve(uow, it.world.incident(stopped).id, Remedy.RETRY)


def events(it: Filled) -> None:
    """Since issue 5: choices, undoing, signals, conditions, instances in rows of their own, begun by messages."""
    from cpm.commands import broadcasting, choices, correlation
    from cpm.commands.messages import Sent

    d = drawing
    case = it.begun(
        "zoo_ad_hoc",
        *(d.start(), d.ad_hoc("h", d.user("one"), d.user("two")), d.user("z"), d.end()),
        d.path("s", "h", "z", "e"),
    )
    desk = next(task for task in it.world.open_tasks(case) if task.kind == "choice")
    it.act("anna", tasks.claim, desk.id)
    it.act("anna", choices.choose, desk.id, "one")
    undone = it.begun(
        "zoo_undone",
        *(d.start(), d.user("a"), d.undone("a"), d.user("b"), d.throw("back", d.compensate()), d.end()),
        d.path("s", "a", "b", "back", "e"),
    )
    it.world.do(undone, "a", "anna", {})
    undoing = it.begun(
        "zoo_undoing",
        *(d.start(), d.user("a"), d.undone("a"), d.throw("back", d.compensate()), d.end()),
        d.path("s", "a", "back", "e"),
    )
    it.world.do(undoing, "a", "anna", {})
    it.begun(
        "zoo_many",
        *(
            d.start(),
            d.user("each", d.each("=for i in 1..20 return i", output=("out", "=item"))),
            d.user("z"),
        ),
        *(d.end(), d.path("s", "each", "z", "e")),
    )
    it.begun(
        "zoo_signal",
        *(
            d.start(),
            d.parallel("split"),
            d.catch("storm", d.signal()),
            d.catch("enough", d.condition("=n > 5")),
        ),
        *(d.parallel("join"), d.user("z"), d.end(), d.path("s", "split", "storm", "join", "z", "e")),
        d.path("split", "enough", "join"),
        declared=d.DECLARED + '<bpmn:signal id="si1" name="storm"/>' * ('id="si1"' not in d.DECLARED),
    )
    given = {
        "zoo/zoo_begun.bpmn": d.model(
            *(d.start("s", d.message("m1")), d.user("a"), d.end(), d.path("s", "a", "e")),
            process_id="zoo_begun",
            declared='<bpmn:message id="m1" name="ordered"/>',
        )
    }
    it.act("otto", definitions.deploy, given)
    sent = Sent("ordered", "k1", "u1", {"n": 1}, sender="otto", customer_id=1)
    it.act("otto", correlation.publish, sent)
    it.act("otto", correlation.publish, Sent("paid", "nobody", "u2", {}, sender="otto"))
    it.act("otto", broadcasting.broadcast, "storm", {}, customer_id=None)
    it.world.drain()


def last_moments(it: Filled) -> None:
    """As the lights go out: mail not yet filed, a call not yet made, one under way when its worker died."""
    it.act("mailbox", interactions.store, mail(message_id="<stored@example.org>"), process="complaint")
    it.answered("under_way")
    with it.world.engine.begin("worker") as uow:
        ready = select(Job).where(Job.kind == JobKind.CALL, Job.state == JobState.READY)
        job = uow.session.scalars(ready.order_by(Job.id.desc())).first()
        job.state, job.token, job.worker, job.attempts = JobState.RUNNING, "t" * 32, "gone:1", 1
        job.run_at = it.clock() + timedelta(minutes=1)
    it.answered("to_be_sent")


def _drawing(file: str):
    spec = importlib.util.spec_from_file_location("todays_drawing", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    drawing = _drawing(sys.argv[3])
    filled = Filled(sys.argv[1], Path(sys.argv[2]))
    fill(filled)
    print(schema.current(filled.database), filled.clock().isoformat())
    filled.database.engine.dispose()
