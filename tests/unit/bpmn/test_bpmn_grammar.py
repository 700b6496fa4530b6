"""The facts of BPMN's schema that files are held to are those of the schema itself, which SpiffWorkflow brings along."""

from pathlib import Path

import pytest
import SpiffWorkflow
from lxml import etree

from cpm.bpmn.checks.grammar import KINDS, place

XSD = "{http://www.w3.org/2001/XMLSchema}"
SCHEMAS = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema"
NUMBERS = {
    ("0", "1"): (0, 1),
    ("1", "1"): (1, 1),
    ("0", "unbounded"): (0, None),
    ("1", "unbounded"): (1, None),
}
FORMS = {"xsd:boolean": "b", "xsd:integer": "i", "xsd:int": "i", "xsd:ID": "n"}
#: A choice between two, of which the schema has each once; and names of types that differ from their elements'.
CHOICES = {("resourceRole", "resourceRef")}
NAMES = {"inputOutputSpecification": "ioSpecification", "inputOutputBinding": "ioBinding"}
DRAWN = {"BPMNDiagram"}


def types():
    """By name: base, enumerations, attributes and children of each complex type."""
    found, words = {}, {}
    for file in ("Semantic.xsd", "BPMN20.xsd"):
        root = etree.parse(SCHEMAS / file).getroot()
        for each in root.iterfind(f"{XSD}simpleType"):
            words[each.get("name")] = "/".join(v.get("value") for v in each.iter(f"{XSD}enumeration"))
        for each in root.iterfind(f"{XSD}complexType"):
            name = each.get("name")[1].lower() + each.get("name")[2:]
            found[NAMES.get(name, name)] = each
    return found, words


TYPES, WORDS = types()
OPEN_URIS = {"tImplementation", "tTransactionMethod"}  # their words, or any URI


@pytest.mark.parametrize("name", sorted(KINDS.keys() & TYPES.keys()))
def test_an_element_has_the_attributes_and_children_of_the_schema(name):
    kind, declared = KINDS[name], TYPES[name]
    above = KINDS[kind.bases[1]] if len(kind.bases) > 1 else None
    for attribute in declared.iter(f"{XSD}attribute"):
        ours = kind.attributes[attribute.get("name")]
        typed = attribute.get("type")
        assert ours.needed == (attribute.get("use") == "required")
        assert ours.form == FORMS.get(typed, "" if typed in OPEN_URIS else WORDS.get(typed, ""))
    own = {a for a in kind.attributes if above is None or a not in above.attributes}
    assert own == {a.get("name") for a in declared.iter(f"{XSD}attribute")}
    children = {}
    for child in declared.iter(f"{XSD}element"):
        said = (child.get("ref") or child.get("name")).rpartition(":")[2]
        if said not in DRAWN:
            children[said] = NUMBERS[child.get("minOccurs", "1"), child.get("maxOccurs", "1")]
    ours = {c: (kind.children[c].least, kind.children[c].most) for c in kind.children}
    inherited = above.children if above else {}
    for child, number in children.items():
        assert (name, child) in CHOICES or ours[child] == number
    assert {c for c in ours if c not in inherited} == children.keys()


def test_all_elements_are_known_but_those_of_choreographies():
    missing = {name for name in TYPES if name not in KINDS and "horeography" not in name}
    assert missing == {
        *(
            "baseElementWithMixedContent",
            "expression",
            "formalExpression",
            "script",
            "text",
        ),  # they hold text
        "globalConversation",
    }


def test_a_base_stands_for_all_that_descend_from_it():
    assert place("process", "userTask") == "flowElement"
    assert place("endEvent", "signalEventDefinition") == "eventDefinition"
    assert place("definitions", "message") == "rootElement"
    assert place("userTask", "standardLoopCharacteristics") == "loopCharacteristics"
    assert place("process", "incoming") is None
    assert place("process", "flowNode") is None, "no element, only a base"
