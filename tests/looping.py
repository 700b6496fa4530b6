"""Models that go round and round, for what a case must cost after a thousand turns: as much as after ten."""

from tests.unit.bpmn.drawing import each, flow, mapping, model, node, path, start, user, xor

#: More turns than anybody measures; the collection of the sequential instances has as many items.
TURNS = 1_200
_FOUR_EYES = '<zeebe:properties><zeebe:property name="cpm:fourEyes" value="work"/></zeebe:properties>'
_ROUNDS = f'<bpmn:standardLoopCharacteristics loopMaximum="{TURNS}"/>'
_AGAIN = flow("more", "again", "=not(again)") + flow("more", "e", flow_id="on") + node("endEvent", "e")


def by_gateway() -> bytes:
    return _circle(user("work"), "work")


def with_four_eyes() -> bytes:
    return _circle(user("work") + user("check", zeebe=_FOUR_EYES), "work", "check")


def standard_loop() -> bytes:
    return model(start(), user("work", _ROUNDS), user("u"), path("s", "work", "u"))


def sequential() -> bytes:
    items = each(f"=for i in 1..{TURNS} return i", output=("out", "=done"), sequential=True)
    return model(start(), user("work", items), user("u"), path("s", "work", "u"))


def parts_that_finish() -> bytes:
    """Each turn goes through a subprocess, two instances, and as many as lie in parts of their own."""
    inside = start("s1") + user("work", zeebe=mapping({"own": "=subject"})) + path("s1", "work")
    two = user("two", each("=[1, 2]", output=("both", "=item")))
    many = user("many", each("=for i in 1..17 return i", output=("all", "=item")))
    return _circle(node("subProcess", "sub", inside) + two + many, "sub", "two", "many")


def _circle(drawn: str, *through: str) -> bytes:
    gateways = xor("again") + xor("more", default="on")
    return model(start(), gateways, drawn, path("s", "again", *through, "more"), _AGAIN)


MODELS = {
    "a way back": by_gateway,
    "with four eyes": with_four_eyes,
    "a standard loop": standard_loop,
    "sequential instances": sequential,
}
