"""Small models in which something is undone, shared by the tests of compensation."""

from tests.unit.bpmn.drawing import compensate, mapping, model, node, path, start, throw, undone, user


def for_compensation(kind, handler, *inside, **attributes):
    return kind(handler, *inside, isForCompensation="true", **attributes)


def subprocess(name, *inside, **attributes):
    return node("subProcess", name, *inside, **attributes)


LINE = model(
    start(), user("a"), undone("a"), user("b"), undone("b"), throw("t", compensate()), user("n"),
    path("s", "a", "b", "t", "n"),
)  # fmt: skip

INNER = subprocess(
    "sub", start("s1"), user("x"), undone("x"), user("y"), undone("y"), path("s1", "x", "y"),
    zeebe=mapping({"own": "=1"}),
)  # fmt: skip
