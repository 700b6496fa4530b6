"""What the checks tell a designer, and what they rather keep quiet about."""

import time

import pytest

from rules import checks
from rules.checks import Severity
from tests.unit.dmn.documents import document, fact, literal, needs, table

NAMES = ("kind", "amount", "known", "day")
FACTS = [
    fact("kind", type_="string"),
    fact("amount", type_="number"),
    fact("known", type_="boolean"),
    fact("day", type_="date"),
]


def found(*rules, inputs=NAMES[:2], outputs=("o",), policy="COLLECT", facts=FACTS, extra=""):
    content = document(
        *facts,
        extra,
        table(inputs, outputs, list(rules), policy=policy, extra=needs(*NAMES) if facts else ""),
    )
    return checks.check(content, "t.dmn")


def told(*rules, **of):
    return [(str(each.severity), each.rule, each.column, each.reason.en) for each in found(*rules, **of)]


def one(cell, *, inputs=("kind",), output="1", **of):
    """The one thing that is said of a table with this cell in its first column."""
    [each] = found([cell, *["-"] * (len(inputs) - 1), output], inputs=inputs, **of)
    return each


def quiet(cell, **of):
    inputs = of.setdefault("inputs", ("kind",))
    return found([cell, *["-"] * (len(inputs) - 1), of.pop("output", "1")], **of) == []


def test_a_finding_says_file_line_table_rule_and_column():
    said = one("gold")

    assert str(said) == (
        't.dmn:8: d, rule 1, kind: Expected a known name, but “gold” is none. The text is written "gold".'
    )
    assert said.told("de") == (
        't.dmn:8: d, Regel 1, kind: Hier steht „gold“, was kein bekannter Name ist. Der Text heißt "gold".'
    )
    assert (said.severity, said.code, said.element) == (Severity.ERROR, "name", "d_1")


@pytest.mark.parametrize(
    ("cell", "inputs", "code", "says"),
    [
        ("kinds", ("kind",), "name", "did you mean “kind”?"),
        ("? &gt; amuont", ("amount",), "name", "did you mean “amount”?"),
        ('strin(?) = "1"', ("amount",), "function", "did you mean “string”?"),
        ("contains(?)", ("kind",), "function", "Expected contains(string, match), but there is 1 argument."),
        ("contains(text: ?)", ("kind",), "function", "but there are arguments named text"),
        ("contains(?, 5)", ("kind",), "type", "Expected a text as argument 2 of contains, but it is a number."),
        ("5", ("kind",), "type", "Expected a text as the column has it, but found a number: it never holds."),
        ('"5"', ("amount",), "type", "Expected a number as the column has it"),
        ("true", ("amount",), "type", "Expected a number as the column has it"),
        ('"2026-01-01"', ("day",), "type", 'as in date("...")'),
        ("&gt; 5", ("known",), "type", "but one is true or false and one a number: it never holds."),
        ("&lt; true", ("known",), "type", "with an order beside <, but true or false has none"),
        ('&lt; "a"', ("amount",), "type", "Expected values of one type beside <"),
        ('[1.."b"]', ("amount",), "type", "Expected values of one type beside <"),
        ("[10..5]", ("amount",), "range", "but 10 comes after 5: turn it round."),
        ("? between 10 and 5", ("amount",), "range", "turn it round"),
        ("(5..5)", ("amount",), "range", "there is nothing: write [5..5]."),
        ("? &lt; 5 and ? &gt; 7", ("amount",), "never", "none can: this rule never fires."),
        ("amount + kind", ("amount",), "type", "Expected values that + can work on"),
        ("known * 2", ("amount",), "type", "Expected values that * can work on"),
        ("if amount then 1 else 2", ("amount",), "type", "Expected true or false after “if”, but it is a number."),
        ("kind and known", ("known",), "type", "Expected true or false beside “and”, but it is a text."),
        ("day.hours", ("amount",), "type", "Expected a part of a date, but “hours” is none"),
        ("some x in [1] satisfies y &gt; x", ("known",), "name", "“y” is none"),
    ],
)  # fmt: skip
def test_a_cell_is_told_what_is_wrong_with_it(cell, inputs, code, says):
    said = one(cell, inputs=inputs)

    assert said.code == code
    assert says in said.reason.en


def test_what_is_no_feel_is_left_to_who_reads_the_document():
    assert found(["[a for]", "1"], inputs=("known",)) == []


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("null", "kind"), ('not("a", null)', "kind"), ('"a", "b"', "kind"), ('["a", "b"]', "kind"), ("kind", "kind"),
        ("amount &gt; 5", "kind"), ('contains(?, "a")', "kind"), ('matches(?, "a")', "kind"), ("[1..1]", "amount"),
        ("&gt; amount * 2", "amount"), ('date("2026-01-01")', "day"), ('&lt;= @"2026-01-01" + @"P1D"', "day"),
        ('day + @"P1M" &gt; today()', "known"), ("day.year = 2026", "known"), ("true", "known"),
        ("some x in [1, 2] satisfies x = amount", "known"), ("[{a: 1}][a = 1 and b = 2].a[1] = 1", "known"),
        ("{a: 1, b: a + 1}.b = amount", "known"), ('day - date("2026-01-01") &gt; @"P1D"', "known"),
        ("(function(x) x + 1)(amount) = 2", "known"), ("get or else(amount, 0) &gt; 1", "known"),
        ("if kind = null then false else true", "known"), ("count([1,2][item &gt; 1]) = 1", "known"),
        ("amount instance of number", "known"), ("min(amount, 2) = 2", "known"), ("amount in (1, [2..3], &gt; 4)", "known"),
    ],
)  # fmt: skip
def test_what_is_right_is_passed_over(cell, column):
    assert quiet(cell, inputs=(column,))


def test_values_are_among_those_that_the_type_allows():
    colour = (
        '<itemDefinition name="Colour"><typeRef>string</typeRef><allowedValues><text>"red", "blue"</text>'
        "</allowedValues></itemDefinition>"
    )
    facts = [colour, fact("c", type_="Colour")]
    content = document(
        *facts,
        table(
            ["c"],
            [("o", '<outputValues><text>"hot", "cold"</text></outputValues>')],
            [['"red"', '"hot"'], ['"bleu"', '"warm"'], ['"blue"', '"cold"']],
            extra=needs("c"),
        ),
    )

    assert [each.reason.en for each in checks.check(content, "t.dmn") if each.code == "value"] == [
        'Expected one of the values "red", "blue", but "bleu" is none; did you mean “"blue"”?',
        'Expected one of the values "hot", "cold", but "warm" is none.',
    ]
    [gap] = [each for each in checks.check(content, "t.dmn") if each.code == "gap"]
    assert "c = null" in gap.reason.en


def test_an_output_has_the_type_of_its_column():
    typed = document(
        *FACTS,
        table(
            ["kind"], ["o"], [["-", '"a"'], ["-", "1"], ["-", "null"]], policy="COLLECT", extra=needs("kind")
        ),
    ).replace(b'<output name="o">', b'<output name="o" typeRef="number">')

    assert [(each.rule, each.code) for each in checks.check(typed, "t.dmn")] == [(1, "type")]


def test_literal_expressions_are_read_too():
    content = document(
        *FACTS, literal("x", "amount + kind + amuont", requires=needs("amount", "kind"), type_="number")
    )

    assert [each.code for each in checks.check(content, "t.dmn")] == ["name", "type"]


def test_a_result_has_the_type_of_its_decision():
    content = document(*FACTS, literal("x", '"a"', type_="number"))

    [said] = checks.check(content, "t.dmn")
    assert (
        said.reason.en
        == "Expected a number as the type says, but this gives a text: the answer would be null."
    )


def test_without_declared_inputs_the_columns_say_which_facts_there_are():
    rules = [["gold", "-", "amount * rate"], ['"x"', "&gt; amont", "rate"]]

    assert told(*rules, facts=[]) == [
        ("error", 1, "kind", 'Expected a known name, but “gold” is none. The text is written "gold".'),
        (
            "warning",
            2,
            "amount",
            'Expected a known name, but “amont” is none; did you mean “amount”? The text is written "amont".',
        ),
        ("warning", 2, "o", 'Expected a known name, but “rate” is none. The text is written "rate".'),
    ]


def test_a_steering_table_asks_only_for_facts_that_are_given():
    content = document(
        table(["kind", "amuont"], ["o"], [["-", "&gt; limit", "1"]], policy="COLLECT", id_="steer")
    )
    given = {"steer": {"kind": "string", "amount": "number"}}

    assert [each.reason.en for each in checks.check(content, "t.dmn", given)] == [
        'Expected a fact that is given to this decision, but “amuont” is none; did you mean “amount”? There are amount, kind. The text is written "amuont".',
        'Expected a fact that is given to this decision, but “limit” is none. There are amount, kind. The text is written "limit".',
    ]


def test_a_column_has_the_type_of_what_it_asks_for():
    content = document(table(["kind"], ["o"], [["-", "1"]], policy="COLLECT", id_="steer")).replace(
        b"<inputExpression>", b'<inputExpression typeRef="number">'
    )

    [said] = checks.check(content, "t.dmn", {"steer": {"kind": "string"}})
    assert (said.column, said.code, said.severity) == ("kind", "type", Severity.ERROR)


def test_rules_of_unique_must_not_overlap():
    [overlap, gap] = found(['"a"', "&lt; 5", "1"], ['"a", "b"', "[3..9]", "2"], policy="UNIQUE")[::-1]

    assert (overlap.rule, overlap.severity) == (2, Severity.ERROR)
    assert 'rule 1 fires as well for kind = "a", amount = 3' in overlap.reason.en
    assert gap.severity == Severity.WARNING


def test_rules_of_any_may_overlap_where_they_agree():
    agree = ['"a"', "-", "1"], ["-", "5", "1.0"]
    assert [each.code for each in found(*agree, policy="ANY")] == ["gap"]
    differ = ['"a"', "-", "1"], ["-", "5", "2"]
    assert sorted(each.code for each in found(*differ, policy="ANY")) == ["gap", "overlap"]


def test_a_row_that_others_answer_never_fires():
    said = told(
        ["-", "&lt; 5", "1"], ["-", "&gt;= 5", "2"], ['"a"', "[1..9]", "3"], ["-", "-", "4"], ["-", "null", "5"],
        policy="FIRST",
    )  # fmt: skip

    assert [(severity, rule) for severity, rule, _, _ in said] == [("warning", 3), ("warning", 5)]
    assert "rules 1 and 2 before it answer all its inputs" in said[0][3]
    assert "rule 4 before it answers all its inputs" in said[1][3]


def test_a_row_of_priority_is_masked_by_better_ones():
    values = ("o", '<outputValues><text>"high", "low"</text></outputValues>')
    rules = ["&lt; 5", '"low"'], ["-", '"high"'], ["&gt; 9", '"low"']

    said = told(*rules, inputs=("amount",), outputs=(values,), policy="PRIORITY")

    assert [rule for _, rule, _, _ in said] == [1, 3]
    assert "with at least its priority" in said[0][3]


def test_the_same_row_twice_is_told_where_all_rows_count():
    assert [
        (each.code, each.rule) for each in found(["1", "1"], ["2", "1"], ["1", "1"], inputs=("amount",))
    ] == [("duplicate", 3)]


def test_what_nobody_knows_is_no_finding():
    """A test that calls functions may hold or not: no overlap, no row that never fires, no gap because of it."""
    opaque = 'contains(?, "x")', "1"
    assert (
        found(opaque, ['"a"', "2"], ["null", "3"], ['"b"', "4"], inputs=("kind",), policy="UNIQUE")[1:] == []
    )
    assert found(opaque, ["-", "2"], inputs=("kind",), policy="FIRST") == []
    [twice] = found(opaque, opaque, ["-", "2"], inputs=("kind",), policy="FIRST")
    assert (twice.code, twice.rule) == ("unreachable", 2)


def test_inputs_that_hang_together_make_no_false_overlap():
    """No amount is below 5 and yet doubled above 20."""
    rules = ["&lt; 5", "-", "1"], ["-", "&gt; 20", "2"]

    assert [each.code for each in found(*rules, inputs=("amount", "amount * 2"), policy="UNIQUE")] == []


def test_numbers_that_have_no_fraction_have_no_gap_between_them():
    whole = [fact("n", type_="integer")]
    rules = [["&lt;= 5", "1"], ["&gt;= 6", "2"], ["null", "3"]]
    content = document(*whole, table(["n"], ["o"], rules, extra=needs("n")))

    assert checks.check(content, "t.dmn") == []
    assert "n = 5.5" in checks.check(content.replace(b"integer", b"number"), "t.dmn")[0].reason.en


def test_days_have_no_gap_between_them_and_times_do():
    rules = [['&lt;= @"2026-01-31"', "1"], ['&gt;= @"2026-02-01"', "2"], ["null", "3"]]
    assert found(*rules, inputs=("day",), policy="UNIQUE") == []
    times = [[cell.replace("31", "31T00:00:00").replace("02-01", "02-01T00:00:00"), o] for cell, o in rules]
    content = document(fact("at", type_="date and time"), table(["at"], ["o"], times, extra=needs("at")))
    [gap] = checks.check(content, "t.dmn")
    assert "2026-01-31T12:00:00" in gap.reason.en


def test_five_hundred_rules_are_checked_in_seconds():
    rules = [[f'"k{at // 20}"', f"[{at % 20 * 5}..{at % 20 * 5 + 5})", str(at)] for at in range(500)]
    began = time.process_time()

    assert {each.code for each in found(*rules, policy="UNIQUE")} == {"gap"}
    assert time.process_time() - began < 10


def test_where_there_are_too_many_combinations_it_says_so(monkeypatch):
    monkeypatch.setattr("rules.checks.boxes._STEPS", 30)
    monkeypatch.setattr("rules.checks.boxes.Budget.__init__.__defaults__", (30,))

    said = found(*[[f'"{at}"', f"&gt; {at}", "1"] for at in range(10)], policy="UNIQUE")

    assert {(each.code, each.severity) for each in said} == {("unchecked", Severity.WARNING)}
    assert "too many combinations" in said[0].reason.en


@pytest.mark.parametrize(
    "content",
    [
        document(fact("a", type_="number"), literal("x", "a" + ".b" * 5000, requires=needs("a"))),
        document(fact("a"), literal("x", " + ".join(["a"] * 8000), requires=needs("a"))),
        document(table(["kind"], ["o"], [["-", f"&lt; {'+'.join(f'x{at}{more}' for more in range(20))}"] for at in range(300)])),
        document(*FACTS, table(["amount"], ["o"], [[", ".join(map(str, range(at, 48_000, 60))), "1"] for at in range(60)], extra=needs("amount"))),
        document(
            *(
                f'<itemDefinition name="T{at}">'
                + "".join(f'<itemComponent name="c{of}"><typeRef>T{(at + 1) % 30}</typeRef></itemComponent>' for of in range(30))
                + "</itemDefinition>"
                for at in range(30)
            ),
            fact("a", type_="T0"),
            literal("x", "a.c1.c2 = a", requires=needs("a")),
        ),
    ],
    ids=["deep", "long", "names", "constants", "types"],
)  # fmt: skip
def test_a_hostile_document_costs_no_more_than_seconds(content):
    began = time.process_time()

    checks.check(content, "t.dmn")

    assert time.process_time() - began < 5


def test_a_difference_is_no_name_of_somebody_else():
    """An input called a-b hides a - b only where it can be read."""
    facts = [fact("a", type_="number"), fact("b", type_="number"), fact("ab", name="a-b", type_="string")]
    content = document(*facts, literal("x", "(a-b) * 2", requires=needs("a", "b")))

    assert checks.check(content, "t.dmn") == []
    [said] = checks.check(content.replace(needs("b").encode(), needs("ab").encode()), "t.dmn")
    assert "Expected values that * can work on" in said.reason.en
