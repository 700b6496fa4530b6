"""Data objects, properties and the associations between them and activities: BPMN 2.0.2, 10.4."""

import pytest

from rules.xml import Refused
from tests.unit.bpmn.drawing import (
    DECLARED,
    each,
    end,
    mapping,
    message,
    model,
    node,
    path,
    service,
    start,
    user,
)
from tests.unit.bpmn.driving import Case

DRAWN = (
    '<bpmn:property id="note"/><bpmn:dataObject id="do" name="order"/><bpmn:dataObjectReference id="ref" dataObjectRef="do"/>'
    '<bpmn:dataObjectReference id="open" name="Order [open]" dataObjectRef="do"/>'
    '<bpmn:dataStoreReference id="store" name="archive"/>'
)
SPECIFIED = (
    '<bpmn:ioSpecification><bpmn:dataInput id="in" name="given"/><bpmn:dataOutput id="out" name="made"/>'
    "<bpmn:inputSet><bpmn:dataInputRefs>in</bpmn:dataInputRefs></bpmn:inputSet>"
    "<bpmn:outputSet><bpmn:dataOutputRefs>out</bpmn:dataOutputRefs></bpmn:outputSet></bpmn:ioSpecification>"
)


def goes_in(*inside, source="ref", target="in"):
    return _association("dataInputAssociation", source, target, inside)


def comes_out(*inside, source="out", target="ref"):
    return _association("dataOutputAssociation", source, target, inside)


def _association(kind, source, target, inside):
    return (
        f'<bpmn:{kind} id="{kind}"><bpmn:sourceRef>{source}</bpmn:sourceRef><bpmn:targetRef>{target}</bpmn:targetRef>'
        f"{''.join(inside)}</bpmn:{kind}>"
    )


def transformed(expression):
    return f"<bpmn:transformation>{expression}</bpmn:transformation>"


def assigned(source, target):
    return f"<bpmn:assignment><bpmn:from>{source}</bpmn:from><bpmn:to>{target}</bpmn:to></bpmn:assignment>"


def one(*inside, **variables):
    return Case(model(DRAWN, start(), user("a", SPECIFIED, *inside), path("s", "a")), **variables)


def test_data_that_are_only_drawn_are_no_variables_and_copy_nothing():
    """As in Camunda 8, whose Modeler draws them so."""
    case = one(goes_in(), comes_out(), order={"n": 1})
    assert case.step.tasks[0].visible == {"order": {"n": 1}}
    assert case.do("a", made=2).variables == {"order": {"n": 1}, "made": 2}


def test_a_transformation_gives_the_input_and_takes_the_output():
    case = one(goes_in(transformed("=order.n + 1")), comes_out(transformed("={n: made}")), order={"n": 1})
    assert case.step.tasks[0].visible["given"] == 2
    assert case.do("a", made=5).variables == {"order": {"n": 5}}


def test_assignments_do_the_same_by_name():
    case = one(
        goes_in(assigned("=order.n", "x"), assigned("=x * 2", "=y")),
        comes_out(assigned("=made", "note")),
        order={"n": 3},
    )
    assert case.step.tasks[0].visible == {"order": {"n": 3}, "x": 3, "y": 6}
    assert case.do("a", made=1).variables == {"order": {"n": 3}, "note": 1}


def test_the_reference_may_have_a_name_of_its_own_that_is_no_variable():
    case = one(comes_out(transformed("=made"), target="open"))
    assert case.do("a", made=1).variables == {"order": 1}


def test_a_property_is_written_by_its_id():
    assert one(comes_out(transformed("=made"), target="note")).do("a", made=1).variables == {"note": 1}


def test_what_a_subprocess_writes_to_its_own_data_ends_with_it():
    """10.4.1: data of a subprocess last as long as it does, once they are there as its own."""
    inside = (
        '<bpmn:dataObject id="own"/>'
        + start("is")
        + user("x", SPECIFIED, comes_out(transformed("=made"), target="own"))
        + path("is", "x")
    )
    sub = node("subProcess", "sub", inside, zeebe=mapping({"own": "=null"}))
    case = Case(model(start(), sub, path("s", "sub"))).do("x", made=1)
    assert case.finished
    assert case.variables == {}


def test_mappings_of_zeebe_come_first():
    case = Case(
        model(
            DRAWN,
            start(),
            service("a", SPECIFIED, goes_in(transformed("=b + 1")), zeebe=mapping({"b": "=1"})),
            path("s", "a"),
        )
    )
    assert dict(case.step.jobs[0].inputs) == {"b": 1, "given": 2}


def test_events_take_and_give_data_too():
    caught = node(
        "intermediateCatchEvent",
        "c",
        '<bpmn:dataOutput id="co"/>',
        comes_out(transformed("=paid"), source="co"),
        message(),
    )
    case = Case(model(DRAWN, start(), caught, end(), path("s", "c", "e"), declared=DECLARED), order="7").fire(
        "c", paid=9
    )
    assert case.variables == {"order": 9}


def test_each_instance_has_its_own_input():
    case = Case(
        model(
            DRAWN,
            start(),
            user("a", SPECIFIED, goes_in(transformed("=item * 10")), each("=[1,2]")),
            path("s", "a"),
        )
    )
    assert [task.visible["given"] for task in case.step.tasks] == [10, 20]


def test_a_transformation_that_fails_is_a_fault_that_can_be_put_right():
    case = one(goes_in(assigned("={f: function(x) x}.f", "g")))
    assert case.faults == [("a", "not_a_value")]


@pytest.mark.parametrize(
    ("association", "reason"),
    [
        (comes_out(transformed("=1"), target="store"), "10.4.2"),
        (comes_out(transformed("=1"), target="nobody"), "10.4.2"),
        (comes_out(transformed("1"), target="ref"), "begins with '='"),
        (goes_in(assigned("", "x")), "10.4.2"),
        (goes_in(assigned("=1", "")), "10.4.2"),
        (goes_in(assigned("=1", "not a name")), "name of a variable"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(association, reason):
    with pytest.raises(Refused) as refused:
        one(association)
    assert any(reason in finding.reason for finding in refused.value.findings)


LOOPED = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>ref</bpmn:loopDataInputRef>"
    "<bpmn:loopDataOutputRef>note</bpmn:loopDataOutputRef>"
    '<bpmn:inputDataItem id="each" name="line"/><bpmn:outputDataItem id="price"/>'
    "</bpmn:multiInstanceLoopCharacteristics>"
)


def test_bpmns_own_collections_say_the_same_as_zeebes():
    """10.3.8: loopDataInputRef and inputDataItem, loopDataOutputRef and outputDataItem."""
    case = Case(model(DRAWN, start(), user("a", LOOPED), path("s", "a")), order=["x", "y"])
    assert [task.visible["line"] for task in case.step.tasks] == ["x", "y"]
    case.do("a", price=1).do("a", price=2)
    assert case.variables == {"order": ["x", "y"], "note": [1, 2]}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (LOOPED.replace(">ref<", ">store<"), "loopDataInputRef"),
        (LOOPED.replace('id="price"', 'id="the-price"'), "outputDataItem"),
        (
            LOOPED.replace(
                "<bpmn:loopDataInputRef>ref</bpmn:loopDataInputRef>",
                "<bpmn:loopCardinality>2</bpmn:loopCardinality>",
            ).replace("</bpmn:multi", "<bpmn:loopDataInputRef>ref</bpmn:loopDataInputRef></bpmn:multi"),
            "there is both",
        ),
        (each("=[1]").replace("</bpmn:multi", '<bpmn:inputDataItem id="it"/></bpmn:multi'), "there are both"),
    ],
)
def test_collections_that_are_none_are_refused(changed, reason):
    with pytest.raises(Refused) as refused:
        Case(model(DRAWN, start(), user("a", changed), path("s", "a")), order=[])
    assert any(reason in finding.reason for finding in refused.value.findings)
