"""An ordinary morning for pages to show: cases at every stage, one that was refused, one that nobody could read."""

from cpm import passwords
from cpm.channels import message_ids
from cpm.commands import passwords as password_commands
from cpm.commands import users
from cpm.connectors import Failed
from cpm.model import Case, Role
from cpm.settings import SHIPPED
from tests.world import PEOPLE, World, mail

#: login -> roles, teams; beside tests.world.PEOPLE, so that every role has somebody
MORE_PEOPLE = {
    "dora": ((Role.DESIGNER,), ()),
    "ivan": ((Role.INTEGRATOR,), ()),
}
#: Everybody's
PASSWORD = "the kettle has a crack"
FACTS = {"cause": "other", "damage_text": "Riss im Kessel", "safety": False}
REMEDY = {"remedy": "explain", "reason": "Der Riss ist nur im Lack, das schadet nicht."}
GOODWILL = {"remedy": "price_cut", "goodwill_amount": "120", "reason": "Lange gewartet, das tut uns leid."}
ANSWER = {
    "answer_channel": "email",
    "subject": "Ihre Reklamation",
    "answer": "Guten Tag, der Riss ist nur im Lack.",
}
REFUSED = Failed("address_refused", "550 5.1.1 no such user")


def open_up(world: World) -> None:
    """On a furnished database."""
    with world.engine.begin("otto") as uow:
        for login, (roles, teams) in MORE_PEOPLE.items():
            users.add_user(uow, login, name=login.title(), roles=roles, teams=teams)
    _let_in(world)
    for demo in ("complaint-english.eml", "complaint-danger.eml", "malformed.eml"):
        world.receive((SHIPPED / "processes" / "demo" / demo).read_bytes())
    _received(world, "new")
    _facts_known(world, "facts")
    _waits_for_approval(world, "approval")
    _answered(world, "waits")
    _settled(world, "settled")
    _refused(world, "refused")


def _let_in(world: World) -> None:
    known = passwords.hash_(PASSWORD)
    with world.engine.begin("otto") as uow:
        for login in (*PEOPLE, *MORE_PEOPLE):
            password_commands.put(uow, login, known)


def _received(world: World, word: str) -> Case:
    case = world.receive(mail(subject=f"Riss im Kessel ({word})", message_id=f"<{word}@example.org>"))
    assert case is not None
    world.drain()
    return case


def _facts_known(world: World, word: str) -> Case:
    case = _received(world, word)
    world.do(case, "check_facts", "anna", FACTS)
    return case


def _waits_for_approval(world: World, word: str) -> None:
    case = _received(world, word)
    world.do(case, "check_facts", "anna", {**FACTS, "cause": "late", "order_value": "500"})
    world.do(case, "decide_remedy", "anna", GOODWILL)


def _answered(world: World, word: str) -> Case:
    case = _facts_known(world, word)
    world.do(case, "decide_remedy", "anna", REMEDY)
    world.do(case, "write_answer", "anna", ANSWER)
    world.drain()
    return case


def _settled(world: World, word: str) -> None:
    case = _answered(world, word)
    settings = world.engine.settings
    ours = message_ids.make(settings.secret, settings.mail_domain, case.id, "any key")
    reply = {"In-Reply-To": ours, "References": ours}
    world.receive(mail(text="Danke, einverstanden.", message_id=f"<{word}.reply@example.org>", headers=reply))
    world.drain()
    world.do(case, "read_reply", "anna", {"reply_kind": "accepted"})


def _refused(world: World, word: str) -> None:
    world.post.outcomes = []
    case = _facts_known(world, word)
    world.do(case, "decide_remedy", "anna", REMEDY)
    world.do(case, "write_answer", "anna", ANSWER)
    world.post.outcomes = [REFUSED]
    world.drain()
