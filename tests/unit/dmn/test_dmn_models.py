"""Documents with several decisions, functions and services, and what is refused in them."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from rules.dmn import EvaluationError, read
from rules.xml import Refused
from tests.unit.dmn.documents import document, fact, literal, needs, table

PMT = """<businessKnowledgeModel id="pmt" name="PMT"><variable name="PMT"/><encapsulatedLogic>
<formalParameter name="principal amount" typeRef="number"/><formalParameter name="rate"/>
<literalExpression><text>principal amount * rate</text></literalExpression>
</encapsulatedLogic></businessKnowledgeModel>"""


def refusals(xml, **options):
    with pytest.raises(Refused) as caught:
        read(xml, "a.dmn", **options)
    assert all(each.german for each in caught.value.findings)
    return [(finding.line, finding.element, finding.reason) for finding in caught.value.findings]


def test_a_required_decision_comes_first_and_once():
    xml = document(
        fact("base"),
        literal("c", "a + b", requires=needs("a", "b", kind="Decision")),
        literal("a", "base + 1", requires=needs("base")),
        literal("b", "a * 10", requires=needs("a", kind="Decision")),
    )
    model = read(xml)
    result = model.evaluate("c", {"base": 1})
    assert result.value == 22
    assert [each.decision for each in result.evidence] == ["a", "b", "c"]
    assert result.evidence[2].inputs == (("a", 2), ("b", 20))
    assert model.decisions["c"].inputs == ("base",)
    assert model.decisions["c"].requires == ("a", "b")


def test_a_decision_reads_only_what_it_requires():
    xml = document(fact("base"), fact("other"), literal("a", "base + other", requires=needs("base")))
    assert refusals(xml) == [
        (4, "a", "Expected “other” to be an input or a required decision, but it is neither.")
    ]


def test_without_declared_inputs_every_unknown_name_is_a_fact():
    model = read(document(literal("a", "x.y + count(z[p > 1])")))
    assert model.decisions["a"].inputs == ("p", "x", "z")
    assert model.evaluate("a", {"x": {"y": 1}, "z": [{"p": 2}]}).value == 2


def test_names_with_spaces_are_known_from_what_is_required():
    xml = document(fact("i", "Order value"), literal("a", "Order value - 1", requires=needs("i")))
    assert read(xml).evaluate("a", {"Order value": 5}).value == 4


def test_functions_are_called_by_position_name_and_invocation():
    invocation = """<decision id="d" name="D"><variable name="D"/>{}<invocation>
    <literalExpression><text>PMT</text></literalExpression>
    <binding><parameter name="rate"/><literalExpression><text>0.5</text></literalExpression></binding>
    <binding><parameter name="principal amount"/><literalExpression><text>8</text></literalExpression></binding>
    </invocation></decision>""".format(needs("pmt", kind="Knowledge"))
    requires = needs("pmt", kind="Knowledge")
    model = read(
        document(
            PMT,
            invocation,
            literal("by_position", "PMT(10, 0.5)", requires=requires),
            literal("by_name", "PMT(rate: 0.5, principal amount: 10)", requires=requires),
            literal("wrong", 'PMT("10", 0.5)', requires=requires),
        )
    )
    assert [model.evaluate(each, {}).value for each in ("d", "by_position", "by_name", "wrong")] == [
        4,
        5,
        5,
        None,
    ]
    assert model.invoke("pmt", {"rate": 2, "principal amount": 3}).value == 6
    assert model.invoke("pmt", {"rate": 2, "principal amount": 3, "other": 1}).value == 6
    assert model.invoke("pmt", {"rate": 2}).value is None


def test_a_service_without_inputs_takes_no_notice_of_what_is_given():
    service = '<decisionService id="s" name="S"><outputDecision href="#a"/></decisionService>'
    model = read(document(literal("a", "42"), service))
    assert model.invoke("s", {"other": 1}).value == 42


TWO_WORDS = """<context><contextEntry><variable name="two words"/>{1}</contextEntry>
<contextEntry>{two words + 1}</contextEntry></context>"""
FUNCTION = """<context><contextEntry><variable name="f"/>
<functionDefinition><formalParameter name="n"/>{n + x}</functionDefinition></contextEntry>
<contextEntry>{f(1)}</contextEntry></context>"""
NULL = object()
BOXED = """<decision id="d" name="D"><variable name="D"/>{}</decision>"""


@pytest.mark.parametrize(
    ("logic", "result"),
    [
        (TWO_WORDS, 2),
        ("<context><contextEntry><variable name='a'/>{1}</contextEntry></context>", {"a": 1}),
        ("<list>{1}{x}</list>", [1, 7]),
        ("<relation><column name='a'/><column name='b'/><row>{1}{2}</row></relation>", [{"a": 1, "b": 2}]),
        ("<relation><column name='a' typeRef='string'/><row>{1}</row></relation>", [{"a": None}]),
        ("<conditional><if>{x = 7}</if><then>{1}</then><else>{2}</else></conditional>", 1),
        ("<filter><in>{[1, 2, 3]}</in><match>{item &gt; 1}</match></filter>", [2, 3]),
        ("<for iteratorVariable='i'><in>{1..3}</in><return>{i * x}</return></for>", None),
        ("<for iteratorVariable='i'><in>{[1..3]}</in><return>{i * x}</return></for>", [7, 14, 21]),
        ("<some iteratorVariable='i'><in>{[1, 2]}</in><satisfies>{i = 2}</satisfies></some>", True),
        ("<every iteratorVariable='i'><in>{[1, 2]}</in><satisfies>{i = 2}</satisfies></every>", False),
        (FUNCTION, 8),
        ("<conditional><if>{null}</if><then>{1}</then><else>{2}</else></conditional>", 2),
        ("<conditional><if>{1}</if><then>{1}</then><else>{2}</else></conditional>", NULL),
        ("<filter><in>{1}</in><match>{item = 1}</match></filter>", NULL),
        ("<filter><in>{[]}</in><match>{1}</match></filter>", []),
        ("<filter><in>{[1, 2]}</in><match>{1}</match></filter>", NULL),
        ("<filter><in><relation><column name='a'/><row>{1}</row><row>{2}</row></relation></in><match>{a = item.a and item.a = 2}</match></filter>", [{"a": 2}]),
        ("<for iteratorVariable='i'><in>{1}</in><return>{i}</return></for>", NULL),
        ("<for iteratorVariable='i'><in>{[1..3]}</in><return>{count(partial) + i}</return></for>", [1, 3, 5]),
        ("<some iteratorVariable='i'><in>{1}</in><satisfies>{i = 1}</satisfies></some>", NULL),
        ("<every iteratorVariable='i'><in>{[]}</in><satisfies>{i = 1}</satisfies></every>", True),
        ("<every iteratorVariable='i'><in>{[1, 2]}</in><satisfies>{i}</satisfies></every>", NULL),
        ("<every iteratorVariable='the item'><in>{[1, 2]}</in><satisfies>{the item &gt; 0}</satisfies></every>", True),
    ],
)  # fmt: skip
def test_boxed_expressions(logic, result):
    logic = logic.replace("{", "<literalExpression><text>").replace("}", "</text></literalExpression>")
    xml = document(BOXED.format(logic), attributes='xmlns:x="y"')
    if result is NULL:
        assert read(xml).evaluate("d", {"x": 7}).value is None
    elif result is None:
        assert "Expected the end or an operator" in refusals(xml)[0][2]
    else:
        assert read(xml).evaluate("d", {"x": 7}).value == result


def test_a_decision_service_is_a_function():
    service = """<decisionService id="s" name="Serve"><variable name="Serve" typeRef="number"/>
    <outputDecision href="#b"/><encapsulatedDecision href="#b"/><inputDecision href="#a"/><inputData href="#base"/>
    </decisionService>"""
    model = read(
        document(
            fact("base", type_="number"),
            service,
            literal("a", "base + 1", requires=needs("base"), type_="number"),
            literal("b", "a * base", requires=needs("base") + needs("a", kind="Decision")),
            literal("c", "Serve(5, 3)", requires=needs("s", kind="Knowledge")),
            literal("e", 'Serve("5", 3)', requires=needs("s", kind="Knowledge")),
        )
    )
    assert model.evaluate("c", {}).value == 15
    assert model.evaluate("e", {}).value is None
    assert model.invoke("s", {"base": 2, "a": 4}).value == 8


def test_types_with_allowed_values_turn_others_to_null():
    item = """<itemDefinition name="tStatus"><typeRef>string</typeRef><allowedValues><text>"gold","silver"</text></allowedValues></itemDefinition>
    <itemDefinition name="tCustomers" isCollection="true"><itemComponent name="status"><typeRef>tStatus</typeRef></itemComponent></itemDefinition>"""
    xml = document(item, fact("who", type_="tCustomers"), literal("d", "who.status", requires=needs("who")))
    model = read(xml)
    assert model.evaluate("d", {"who": [{"status": "gold"}]}).value == ["gold"]
    assert model.evaluate("d", {"who": {"status": "gold"}}).value == ["gold"]
    assert model.evaluate("d", {"who": [{"status": "lead"}]}).value is None


@pytest.mark.parametrize(
    "year", ["20151101/dmn.xsd", "20180521/MODEL/", "20211108/MODEL/", "20230324/MODEL/"]
)
def test_every_version_of_dmn_is_read(year):
    scheme = "http" if year < "2019" else "https"
    assert (
        read(document(literal("a", "1"), namespace=f"{scheme}://www.omg.org/spec/DMN/{year}"))
        .evaluate("a", {})
        .value
        == 1
    )


@pytest.mark.parametrize(
    ("elements", "line", "element", "reason"),
    [
        ([literal("a", "1 +")], 2, "a", "Expected an expression at line 1, column 4"),
        ([table(["a"], ["x"], [["1", "2"], ["&lt;", "1"]])], 4, "d_2", "Rule 2, input 1: Expected an expression"),
        ([table(["a"], ["x"], [["1", "2 +"]])], 3, "d_1", "Rule 1, output 1: Expected an expression"),
        ([table(["a +"], ["x"], [["1", "2"]])], 2, "d_in1", "Input 1: Expected an expression"),
        ([table([""], ["x"], [["1", "2"]])], 2, "d_in1", "Expected an expression in input 1"),
        ([table(["a"], ["x"], [["1"]])], 2, "d_1", "Expected 1 input and 1 output cells in rule 1"),
        ([table(["a"], ["x"], [], policy="BEST")], 2, "d", "Expected a hit policy, one of UNIQUE, "),
        ([table(["a"], ["x", "y"], [], policy="COLLECT", aggregation="SUM")], 2, "d", "Expected one output"),
        ([table(["a"], ["x"], [], policy="PRIORITY")], 2, "d", "Expected output values"),
        ([table(["a"], ["x", "x"], [])], 2, "d", "Expected a name of its own for each output"),
        ([table(["a"], [], [])], 2, "d", "Expected at least one output"),
        ([literal("a", "1", type_="tNone")], 2, "a", "Expected a type of FEEL or one that is defined here, but “tNone” is neither."),
        ([literal("a", "1", requires=needs("b"))], 2, "a", "Expected #b to be in this document"),
        ([literal("a", "a", requires=needs("a", kind="Decision"))], 2, "a", "Expected “a” not to require itself"),
        ([literal("a", "1"), literal("a", "2")], 3, "a", "Expected a new id, but “a” is there already."),
        (['<decision id="a" name="a"/>'], 2, "a", "Expected a decision logic"),
        (['<import namespace="x" name="y"/>'], 2, None, "Expected a document with the namespace x to import"),
        (["<surprise/>"], 2, None, "Expected a decision or input, but found surprise."),
        ([literal("a", "1").replace("<literalExpression", '<literalExpression expressionLanguage="juel"')], 2, "a",
         "Expected the expression language FEEL, but found juel."),
        ([PMT.replace("<encapsulatedLogic", '<encapsulatedLogic kind="Java"')], 2, "pmt", "Expected a function in FEEL, but it is one in Java"),
        (['<itemDefinition name="tA"><typeRef>tA</typeRef></itemDefinition>'], 2, None, "Expected “tA” to be made of"),
        (['<itemDefinition name="number"><typeRef>string</typeRef></itemDefinition>'], 2, None, "Expected a new name"),
    ],
)  # fmt: skip
def test_what_cannot_be_run_is_refused_with_its_place(elements, line, element, reason):
    found = refusals(document(*elements))
    assert [(each[0], each[1]) for each in found][:1] == [(line, element)]
    assert found[0][2].startswith(reason)


def test_all_findings_come_at_once_and_name_the_file():
    with pytest.raises(Refused) as caught:
        read(document(literal("a", "1 +"), literal("b", ")")), "rules/a.dmn")
    assert [str(each).partition(": ")[0] for each in caught.value.findings] == [
        "rules/a.dmn:2 a",
        "rules/a.dmn:3 b",
    ]


def test_leniently_read_what_is_wrong_gives_null():
    model = read(document(literal("a", "1 +"), literal("b", "2")), lenient=True)
    assert (model.evaluate("a", {}).value, model.evaluate("b", {}).value) == (None, 2)
    assert len(model.findings) == 1


def test_leniently_read_a_text_in_another_language_is_null():
    xml = document(
        literal("a", "1").replace("<literalExpression", '<literalExpression expressionLanguage="juel"')
    )
    assert read(xml, lenient=True).evaluate("a", {}).value is None


def test_leniently_read_decisions_that_require_one_another_are_null():
    circle = [
        literal("a", "b", requires=needs("b", kind="Decision")),
        literal("b", "a", requires=needs("a", kind="Decision")),
    ]
    model = read(document(*circle, literal("c", "3")), lenient=True)
    assert [model.evaluate(each, {}).value for each in "abc"] == [None, None, 3]


@pytest.mark.parametrize(
    "data",
    [
        b"<definitions/>",
        b"<a/>",
        b"",
        b"<!DOCTYPE a><definitions/>",
        document(namespace="http://example.com/"),
    ],
)
def test_what_is_no_dmn_is_refused(data):
    assert refusals(data)


def test_an_unknown_decision_is_an_error():
    with pytest.raises(EvaluationError, match="“x”"):
        read(document(literal("a", "1"))).evaluate("x", {})
    with pytest.raises(EvaluationError, match="“a”"):
        read(document(literal("a", "1"))).invoke("a", {})


def test_limits_and_assertions_name_the_decision():
    xml = document(
        literal("slow", "count(for i in 1..100000000 return i)"), literal("no", 'assert(1, false, "why")')
    )
    with pytest.raises(EvaluationError, match=r"“slow”.*steps") as slow:
        read(xml).evaluate("slow", {})
    assert slow.value.german.startswith(
        "„slow“ lässt sich nicht entscheiden: Die Auswertung braucht mehr als "
    )
    with pytest.raises(EvaluationError, match=r"“no”.*why"):
        read(xml).evaluate("no", {})


def test_facts_of_foreign_types_are_refused():
    with pytest.raises(TypeError):
        read(document(literal("a", "x"))).evaluate("a", {"x": 1.5})


def test_a_long_chain_of_decisions_does_no_harm():
    chain = [
        literal(f"d{at}", f"d{at - 1} + 1", requires=needs(f"d{at - 1}", kind="Decision"))
        for at in range(1, 1500)
    ]
    model = read(document(literal("d0", "0"), *reversed(chain)))
    assert model.evaluate("d1499", {}).value == 1499


def test_too_many_decisions_are_refused():
    assert "at most 2000" in refusals(document(*(literal(f"d{at}", "1") for at in range(2001))))[0][2]


def test_circular_functions_are_refused():
    one = PMT.replace("<encapsulatedLogic>", needs("f2", kind="Knowledge") + "<encapsulatedLogic>")
    two = one.replace('id="pmt" name="PMT"', 'id="f2" name="F2"').replace("#f2", "#pmt")
    assert {each[1] for each in refusals(document(one, two))} == {"pmt", "f2"}


def test_leniently_read_functions_of_other_languages_give_null():
    java = PMT.replace("<encapsulatedLogic", '<encapsulatedLogic kind="Java"')
    model = read(
        document(java, literal("a", "PMT(1, 2)", requires=needs("pmt", kind="Knowledge"))), lenient=True
    )
    assert model.evaluate("a", {}).value is None


@pytest.mark.parametrize("type_", ["number", "tPMT"])
def test_the_variable_of_a_function_may_have_the_type_of_it_or_of_its_result(type_):
    item = """<itemDefinition name="tPMT"><functionItem outputTypeRef="number"><parameters name="principal amount"
    typeRef="number"/><parameters name="rate" typeRef="number"/></functionItem></itemDefinition>"""
    typed = PMT.replace('variable name="PMT"', f'variable name="PMT" typeRef="{type_}"')
    calls = [
        literal(f"a{at}", call, requires=needs("pmt", kind="Knowledge"))
        for at, call in enumerate(["PMT(10, 0.5)", "PMT instance of function"])
    ]
    model = read(document(item, typed, *calls))
    assert [model.evaluate(key, {}).value for key in ("a0", "a1")] == [5, True]


def test_a_service_of_several_outputs_gives_a_context_and_must_list_its_inputs():
    service = """<decisionService id="s" name="Serve"><variable name="Serve"/><outputDecision href="#a"/>
    <outputDecision href="#b"/><inputData href="#x"/></decisionService>"""
    decisions = [literal(key, f"x + {at}", requires=needs("x")) for at, key in enumerate("ab")]
    call = literal("c", "Serve(1)", requires=needs("s", kind="Knowledge"))
    result = read(document(fact("x"), service, *decisions, call)).evaluate("c", {"x": 100})
    assert result.value == {"a": 1, "b": 2}
    assert [(each.decision, each.value) for each in result.evidence] == [
        ("a", 1),
        ("b", 2),
        ("c", result.value),
    ]
    bare = service.replace('<inputData href="#x"/>', "")
    assert (
        "Expected “x” to be an input of the service" in refusals(document(fact("x"), bare, *decisions))[0][2]
    )


def test_the_evidence_tells_tables_inside_of_functions_and_contexts():
    grade = table(["n"], ["x"], [["&gt; 1", '"b"', "!Big"], ["-", '"s"']], policy="FIRST").partition(">")[2]
    bkm = f"""<businessKnowledgeModel id="grade" name="grade"><encapsulatedLogic><formalParameter name="n"/>
    {grade.removesuffix("</decision>")}</encapsulatedLogic></businessKnowledgeModel>"""
    model = read(
        document(
            fact("y"),
            bkm,
            literal("a", "grade(y) + grade(0)", requires=needs("y") + needs("grade", kind="Knowledge")),
        )
    )
    result = model.evaluate("a", {"y": 5})
    assert [
        (e.decision, e.kind, e.value, [(r.number, r.annotation, r.outputs) for r in e.rules])
        for e in result.evidence
    ] == [
        ("grade", "decisionTable", "b", [(1, "Big", (("x", "b"),))]),
        ("grade", "decisionTable", "s", [(2, "", (("x", "s"),))]),
        ("a", "literalExpression", "bs", []),
    ]
    assert result.evidence[2].inputs == (("y", 5),)


def test_a_function_may_call_itself():
    factorial = """<businessKnowledgeModel id="f" name="f"><encapsulatedLogic><formalParameter name="n"/>
    <literalExpression><text>if n = 0 then 1 else n * f(n - 1)</text></literalExpression></encapsulatedLogic>
    <knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement></businessKnowledgeModel>"""
    model = read(document(factorial, literal("a", "f(10)", requires=needs("f", kind="Knowledge"))))
    assert model.evaluate("a", {}).value == 3628800


def test_one_model_answers_many_threads_at_once():
    """Nothing of one evaluation is seen by another: values, evidence and steps are each run's own."""
    twice = literal("twice", "sum(for i in 1..a return 2)", requires=needs("a"))
    rows = [[f"[{low}..{low + 20})", f'"{low}"'] for low in range(0, 2000, 20)]
    model = read(
        document(
            fact("a", type_="number"),
            twice,
            table(["twice"], ["x"], rows, extra=needs("twice", kind="Decision")),
        )
    )

    def asked(number):
        result = model.evaluate("d", {"a": number})
        return result.value, result.evidence[-1].inputs

    numbers = [number % 50 * 10 + 10 for number in range(400)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(asked, numbers))
    assert answers == [(str(2 * number), (("twice", Decimal(2 * number)),)) for number in numbers]
