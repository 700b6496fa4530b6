"""Documents that use types, functions, decisions, inputs and services of others."""

import pytest

from rules.dmn import Source, addresses, read
from rules.xml import Refused
from tests.unit.dmn.documents import document, fact, literal, needs, table

PERSON = """<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>tName</typeRef></itemComponent>
<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tName"><typeRef>string</typeRef><allowedValues><text>"Ada", "Bob"</text></allowedValues></itemDefinition>"""
HELLO = """<businessKnowledgeModel id="hello" name="Say Hello"><variable name="Say Hello"/><encapsulatedLogic>
<formalParameter name="who" typeRef="tPerson"/><literalExpression><text>"Hello " + who.name</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>"""


def model(xml, /, *others, lenient=False):
    sources = {}
    for at, other in enumerate(others):
        sources[addresses(other)[0]] = Source(f"{at}.dmn", other)
    return read(xml, "main.dmn", imports=sources.get, lenient=lenient)


def named(namespace, *elements):
    return document(*elements).replace(b'namespace="n"', f'namespace="{namespace}"'.encode())


def imports(namespace, name, type_="https://www.omg.org/spec/DMN/20230324/MODEL/"):
    return f'<import namespace="{namespace}" name="{name}" importType="{type_}"/>'


def refusals(*documents):
    with pytest.raises(Refused) as caught:
        model(*documents)
    assert all(each.because("de") != each.reason for each in caught.value.findings)
    return [str(finding) for finding in caught.value.findings]


def test_types_and_functions_are_used_by_the_name_of_the_import():
    xml = document(
        imports("urn:a", "the library"),
        fact("p", type_="the library.tPerson"),
        literal(
            "d", "the library.Say Hello(p)", requires=needs("p") + needs("urn:a#hello", kind="Knowledge")
        ),
        literal("t", "p instance of the library.tPerson", requires=needs("p")),
    )
    found = model(xml.replace(b'"#urn:', b'"urn:'), named("urn:a", PERSON, HELLO))
    assert found.evaluate("d", {"p": {"name": "Ada", "age": 36}}).value == "Hello Ada"
    assert found.evaluate("d", {"p": {"name": "Eve", "age": 36}}).value is None
    assert found.evaluate("t", {"p": {"name": "Ada", "age": 36}}).value is True


def test_imported_decisions_and_inputs_are_read_after_a_dot_and_may_have_the_same_ids():
    library = named("urn:a", fact("x"), literal("d", "x * 10", requires=needs("x")))
    xml = document(
        imports("urn:a", "imp"),
        fact("x"),
        literal(
            "d",
            "x + imp.x + imp.d",
            requires=needs("x") + needs("urn:a#x") + needs("urn:a#d", kind="Decision"),
        ),
    ).replace(b'"#urn:', b'"urn:')
    found = model(xml, library)
    assert found.decisions.keys() == {"d"}
    assert found.decisions["d"].inputs == ("x",)
    assert found.decisions["d"].requires == ("{urn:a}d",)
    assert found.evaluate("d", {"x": 1}).value == 12
    result = found.evaluate("d", {"x": 1, "{urn:a}x": 2})
    assert result.value == 1 + 2 + 20
    assert [(each.decision, each.inputs) for each in result.evidence] == [
        ("{urn:a}d", (("x", 2),)),
        ("d", (("x", 1), ("imp.x", 2), ("imp.d", 20))),
    ]


def test_an_import_without_a_name_needs_no_prefix():
    xml = document(
        imports("urn:a", ""),
        fact("p", type_="tPerson"),
        literal("d", "Say Hello(p)", requires=needs("p") + needs("urn:a#hello", kind="Knowledge")),
    ).replace(b'"#urn:', b'"urn:')
    assert (
        model(xml, named("urn:a", PERSON, HELLO)).evaluate("d", {"p": {"name": "Bob", "age": 1}}).value
        == "Hello Bob"
    )


def test_imports_of_imports_are_read_once_and_keep_their_types():
    base = named("urn:base", PERSON, fact("p", type_="tPerson"))
    middle = named(
        "urn:middle",
        imports("urn:base", "base"),
        '<itemDefinition name="tPeople" isCollection="true"><typeRef>base.tPerson</typeRef></itemDefinition>',
        literal("m", "base.p.age + 1", requires=needs("urn:base#p"), type_="number"),
    ).replace(b'"#urn:', b'"urn:')
    other = middle.replace(b"urn:middle", b"urn:other").replace(b"+ 1", b"+ 2")
    xml = document(
        imports("urn:middle", "one"),
        imports("urn:other", "two"),
        fact("all", type_="one.tPeople"),
        literal(
            "d",
            "[one.m, two.m, count(all)]",
            requires=needs("all") + needs("urn:middle#m", "urn:other#m", kind="Decision"),
        ),
    ).replace(b'"#urn:', b'"urn:')
    found = model(xml, base, middle, other)
    person = {"name": "Ada", "age": 36}
    assert found.evaluate("d", {"p": person, "all": [person, person]}).value == [37, 38, 2]
    assert found.evaluate("d", {"p": person, "all": [person, {"name": "Eve", "age": 1}]}).value == [
        37,
        38,
        None,
    ]


def test_an_imported_service_is_called_and_gives_its_own_namespace_no_facts():
    service = """<decisionService id="s" name="Serve"><variable name="Serve"/><outputDecision href="#d"/>
    <inputData href="#x"/></decisionService>"""
    library = named("urn:a", fact("x", type_="number"), literal("d", "x * 10", requires=needs("x")), service)
    xml = document(
        imports("urn:a", "imp"),
        literal("d", "[imp.Serve(4), imp.Serve(x: 5)]", requires=needs("urn:a#s", kind="Knowledge")),
    ).replace(b'"#urn:', b'"urn:')
    assert model(xml, library).evaluate("d", {"x": 1}).value == [40, 50]


def test_priorities_may_come_from_an_imported_type():
    item = '<itemDefinition name="tX"><typeRef>string</typeRef><allowedValues><text>"high","low"</text></allowedValues></itemDefinition>'
    rules = [["&gt; 1", '"low"'], ["&gt; 5", '"high"']]
    xml = document(
        imports("urn:a", "imp"), fact("a"), table(["a"], ["x"], rules, policy="PRIORITY", extra=needs("a"))
    )
    xml = xml.replace(b'output name="x"', b'output name="x" typeRef="imp.tX"')
    assert model(xml, named("urn:a", item)).evaluate("d", {"a": 10}).value == "high"


def test_a_reference_may_name_the_documents_own_namespace():
    xml = document(fact("x"), literal("d", "x", requires=needs("x"))).replace(b'"#x"', b'"n#x"')
    assert read(xml).evaluate("d", {"x": 7}).value == 7


def test_what_cannot_be_imported_is_refused_with_its_place():
    xml = document(imports("urn:a", "a"))
    assert refusals(xml) == [
        "main.dmn:2: Expected a document with the namespace urn:a to import, but there is none."
    ]
    assert refusals(document(imports("urn:a", "a", "http://www.dmg.org/PMML-4_2"))) == [
        "main.dmn:2: Expected an import of DMN, but it is of http://www.dmg.org/PMML-4_2, which is not supported."
    ]
    twice = document(imports("urn:a", "a"), imports("urn:b", "a"), imports("urn:a", "c"))
    assert refusals(twice, named("urn:a"), named("urn:b")) == [
        "main.dmn:3: Expected a new name for an import, but “a” is there already.",
        "main.dmn:4: Expected one import of urn:a, but there are two.",
    ]


def test_circles_of_imports_are_refused():
    one, two = named("urn:a", imports("urn:b", "b")), named("urn:b", imports("urn:a", "a"))
    assert refusals(one, one, two) == [
        "1.dmn:2: Expected urn:a not to be imported by itself, but it is, or by what it imports."
    ]
    assert "Expected urn:a not to be imported by itself" in refusals(named("urn:a", imports("urn:a", "a")))[0]


def test_what_is_wrong_with_an_imported_document_is_told_with_its_file():
    found = refusals(document(imports("urn:a", "a"), literal("d", "1 +")), named("urn:a", literal("e", ")")))
    assert [each.partition(": ")[0] for each in found] == ["main.dmn:3 d", "0.dmn:2 e"]


def test_only_what_is_imported_directly_can_be_required():
    base, middle = named("urn:base", literal("b", "1")), named("urn:middle", imports("urn:base", "base"))
    xml = document(
        imports("urn:middle", "m"), literal("d", "1", requires=needs("urn:base#b", kind="Decision"))
    )
    assert refusals(xml.replace(b'"#urn:', b'"urn:'), base, middle) == [
        "main.dmn:3 d: Expected urn:base to be imported, but it is not."
    ]


def test_two_things_of_one_name_are_refused():
    assert (
        "Expected a new name, but “x” is there already." in refusals(document(fact("x"), fact("y", "x")))[0]
    )
    assert (
        "Expected a new name for a type, but “tPerson” is one of what is imported."
        in refusals(document(imports("urn:a", ""), PERSON), named("urn:a", PERSON))[0]
    )
    both = needs("x") + needs("urn:a#x")
    xml = document(imports("urn:a", ""), fact("x"), literal("d", "x", requires=both)).replace(
        b'"#urn:', b'"urn:'
    )
    assert "two have that name" in refusals(xml, named("urn:a", fact("x")))[0]


def test_a_long_chain_of_imports_is_refused():
    chain = [named(f"urn:{at}", imports(f"urn:{at + 1}", "next")) for at in range(30)]
    assert "20 in a row" in refusals(chain[0], *chain, named("urn:30"))[0]


def test_names_that_look_like_sums_are_names_where_they_can_be_read():
    xml = document(
        fact("a"), fact("b"), fact("s", "a-b"),
        literal("d", "a-b", requires=needs("a", "b")),
        literal("e", "a-b", requires=needs("s")),
    )  # fmt: skip
    found = read(xml)
    assert found.evaluate("d", {"a": 5, "b": 3, "a-b": 100}).value == 2
    assert found.evaluate("e", {"a": 5, "b": 3, "a-b": 100}).value == 100
