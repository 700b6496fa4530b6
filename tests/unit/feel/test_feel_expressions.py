"""What expressions mean, by the chapters of DMN 1.5's FEEL."""

import datetime as dt
from decimal import Decimal

import pytest

from rules.feel import Range, YearsMonths, compile_expression, to_string

SCOPE = {
    "a": 6,
    "text": "x",
    "nothing": None,
    "flag": True,
    "items": [{"price": 5, "name": "bolt"}, {"price": 20, "name": "nut"}],
    "customer": {"status": "gold", "address": {"city": "Köln"}},
    "bought": dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC),
}
NOW = dt.datetime(2026, 11, 21, 8, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))


def evaluate(text, scope=SCOPE, names=()):
    return compile_expression(text, names)(scope, NOW)


def says(text):
    return to_string(evaluate(text))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 3 - 2", "5"),
        ("-2 ** 2", "4"),
        ("2 ** -1", "0.5"),
        ("2 ** 3 ** 2", "64"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("0.1 + 0.2", "0.3"),
        ("1e3", "1000"),
        (".5 + 1.", None),
        ("1 / 0", "null"),
        ("10 ** 100000000", "null"),
        ("0 ** 0", "1"),
        ("0 ** -1", "null"),
        ('"a" + "b"', "ab"),
        ('"a" + 1', "null"),
        ("- a", "-6"),
        ('- "a"', "null"),
        ("1 /* one */ + // two\n 2", "3"),
    ],
)
def test_arithmetic_is_decimal_and_gives_null_for_what_does_not_fit(text, result):
    if result is None:
        with pytest.raises(ValueError, match="Expected"):
            evaluate(text)
    else:
        assert says(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("a > 5", True),
        ("5 < a", True),
        ('a > 5 and text = "x"', True),
        ("a = 6", True),
        ("a != 6", False),
        ('a = "6"', None),
        ("nothing = null", True),
        ("a = null", False),
        ("nothing > 5", None),
        ('"b" > "a"', True),
        ("true > false", None),
        ("true and nothing", None),
        ("false and nothing", False),
        ("true or nothing", True),
        ("false or nothing", None),
        ("true and 1", None),
        ("a between 1 and 6", True),
        ("a between 7 and 9 or flag", True),
        ("not(flag)", False),
        ("not(nothing)", None),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1, b: 2} = {b: 2, a: 1}", True),
        ("[1..5] = [1..5]", True),
        ("1 = 1 = true", True),
    ],
)
def test_comparison_and_logic_have_three_values(text, result):
    assert evaluate(text) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("(= 6) = (= 6)", True),
        ("(= 6) = [6..6]", False),
        ("(!= 6) = (!= 6)", True),
        ("a in [(!= 6)]", False),
        ("a in [(= 6)]", True),
        ("true in [(= true)]", True),
        ("0 between nothing and -1", False),
        ("a in [1..6]", True),
        ("a in (1..6)", False),
        ("a in ]5..6]", True),
        ("a in [6..7[", True),
        ("a in (1..6) or flag", True),
        ("a in (5, 6)", True),
        ("a in (< 5, > 5)", True),
        ("a in (<= 5)", False),
        ("a in > 5", True),
        ("a in [1, 6]", True),
        ("a in 6", True),
        ("a in (3) + 3", True),
        ("a in (? > 5, 0)", True),
        ('"x" in ("a", "x")', True),
        ("a in [1..items[1].price]", False),
        ("a in [5..1]", None),
    ],
)
def test_in_takes_ranges_lists_and_tests(text, result):
    assert evaluate(text) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('if a > 5 then "yes" else "no"', "yes"),
        ('if nothing then "yes" else "no"', "no"),
        ("for i in 1..3 return i * i", "[1, 4, 9]"),
        ("for i in 3..1 return i", "[3, 2, 1]"),
        ("for i in [2..4) return i", "[2, 3]"),
        ("for i in [1, 2], j in [10, 20] return i + j", "[11, 21, 12, 22]"),
        ("for i in [[1, 2], [3]], j in i return j", "[1, 2, 3]"),
        ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"),
        ('for day in @"2026-02-27"..@"2026-03-01" return day.day', "[27, 28, 1]"),
        ("for i in nothing return i", "null"),
        ("for i in 5 return i", "[5]"),
        ("for my item in [1, 2] return my item + 1", "[2, 3]"),
        ("some i in [1, 2] satisfies i > 1", "true"),
        ("every i in [1, 2] satisfies i > 1", "false"),
        ("every i in [] satisfies false", "true"),
        ("some i in [1, null] satisfies i > 5", "null"),
        ("some i in [1, 2], j in [2, 3] satisfies i = j", "true"),
    ],
)
def test_conditions_and_loops(text, result):
    assert says(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("items.price", "[5, 20]"),
        ("items[price > 10].name", '["nut"]'),
        ("items[item.price > 10][1].name", "nut"),
        ("items[1].name", "bolt"),
        ("items[-1].name", "nut"),
        ("items[3]", "null"),
        ("items[a > 5 and price < 10].name", '["bolt"]'),
        ("[1, 2, 3][item > 1]", "[2, 3]"),
        ("[{item: 1}, {item: 2}][item > 1]", "[{item: 2}]"),
        ("a[1]", "6"),
        ("nothing[1]", "null"),
        ("[][true]", "[]"),
        ("customer.address.city", "Köln"),
        ("customer.address.nothing.at.all", "null"),
        ("text.length", "null"),
        ('text.__class__ = null and customer["status"] = null', "true"),
        ("{a: 1, b: a + 1}.b", "2"),
        ('{"two words": 1}.two words', "1"),
        ("{two words: 1, more: two words + 1}.more", "2"),
        ("{a+b: 3, c: a+b * 2}.c", "6"),
        ("[1, [2, 3]]", "[1, [2, 3]]"),
    ],
)
def test_paths_filters_and_contexts(text, result):
    assert says(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("(function(x, y) x + y)(1, 2)", "3"),
        ("(function(x, y) x - y)(y: 1, x: 3)", "2"),
        ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(20)}.r", "2432902008176640000"),
        ('{f: function(n: number) n, r: [f(1), f([1]), f("1")]}.r', "[1, 1, null]"),
        ("(function(x) x)()", "null"),
        ("unknown(1)", "null"),
        ("(function(l: list<number>) count(l))(5)", "1"),
        ("sort([3, 1, 2], function(a, b) a > b)", "[3, 2, 1]"),
    ],
)
def test_functions_can_be_defined_and_called(text, result):
    assert says(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 instance of number", True),
        ('"1" instance of number', False),
        ("null instance of Null", True),
        ("null instance of Any", False),
        ('@"2026-01-01" instance of date', True),
        ('@"2026-01-01T00:00:00" instance of date', False),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1M" instance of years and months duration', True),
        ("[1, 2] instance of list<number>", True),
        ('[1, "2"] instance of list<number>', False),
        ("{a: 1} instance of context<a: number>", True),
        ("{a: 1} instance of context<a: number, b: number>", False),
        ("[1..2] instance of range<number>", True),
        ("(function(a) a) instance of function<number> -> number", True),
        ("(function(a: number) a) instance of function<number> -> number", True),
        ("(function(a: string) a) instance of function<number> -> number", False),
        ("(function(a: Any) a) instance of function<number> -> number", True),
        ("(function(a: number) a) instance of function<Any> -> number", False),
        ("(function(a: list<number>) a) instance of function<list<number>> -> Any", True),
        ("(function(a: list) a) instance of function<list<number>> -> Any", True),
        (
            "(function(a: context<x: Any>) a) instance of function<context<x: number, y: number>> -> Any",
            True,
        ),
        ("(function(f: function<Any> -> number) f) instance of function<function<Any> -> Any> -> Any", False),
        ("(function(d: dateTime) d) instance of function<date and time> -> Any", True),
        ("(function() 1) instance of function<number> -> number", False),
        ("abs instance of function<number> -> number", True),
        ("abs instance of function<number, number> -> number", False),
    ],
)
def test_instance_of_knows_the_types(text, result):
    assert evaluate(text) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('@"2026-01-31" + @"P1M"', "2026-02-28"),
        ('@"2026-02-28" - @"2026-01-31"', "P28D"),
        ('@"2026-01-31" + @"PT25H"', "2026-02-01"),
        ('@"2026-03-28T12:00:00@Europe/Berlin" + @"P1D"', "2026-03-29T13:00:00@Europe/Berlin"),
        ('@"2026-03-29T03:00:00@Europe/Berlin" - @"2026-03-29T01:00:00@Europe/Berlin"', "PT1H"),
        ('@"2026-01-01T00:00:00" + @"P1Y"', "2027-01-01T00:00:00"),
        ('@"10:00:00" + @"PT15H"', "01:00:00"),
        ('@"10:00:00Z" - @"09:30:00+01:00"', "PT1H30M"),
        ('@"P1D" * 2.5', "P2DT12H"),
        ('@"P1Y" / 2', "P6M"),
        ('@"P1D" / @"PT6H"', "4"),
        ('@"9999-12-31" + @"P1D"', "10000-01-01"),
        ('@"2026-01-01" < @"2026-01-02"', "true"),
        ('@"2026-01-01T10:00:00Z" = @"2026-01-01T11:00:00+01:00"', "true"),
        ('@"2026-01-01T10:00:00Z" = @"2026-01-01T10:00:00"', "null"),
        ('@"2026-01-01T10:00:00" > @"2026-01-01"', "null"),
        ('@"2026-11-21".weekday', "6"),
        ('@"2026-11-21".hour', "null"),
        ("bought.year + bought.hour", "2038"),
        ('@"10:00:00@Europe/Berlin".timezone', "Europe/Berlin"),
        ('@"2026-07-01T10:00:00@Europe/Berlin".time offset', "PT2H"),
        ('@"-P1DT2H30M".hours', "-2"),
        ('@"P1Y2M".months', "2"),
        ("[1..5].start included", "true"),
        ("today()", "2026-11-21"),
        ("now()", "2026-11-21T08:30:00+01:00"),
        ("today() - date(bought)", "P265D"),
        ('date and time("2026-01-01T24:00:00")', "2026-01-02T00:00:00"),
    ],
)
def test_dates_times_and_durations(text, result):
    assert says(text) == result


def test_without_a_clock_there_is_no_today():
    assert compile_expression("[now(), today()]")({}) == [None, None]


def test_values_are_native():
    assert evaluate('[1, "x", true, @"2026-01-01", @"P1D", @"P1Y", [1..2)]') == [
        Decimal(1), "x", True, dt.date(2026, 1, 1), dt.timedelta(1), YearsMonths(12),
        Range(Decimal(1), Decimal(2), True, False),
    ]  # fmt: skip


def test_known_names_are_found_as_the_longest_match():
    names = {"order value", "order value - net", "in stock", "order"}
    scope = {"order value": 5, "order value - net": 4, "in stock": 4, "order": 1, "value": 9, "net": 1}
    assert evaluate("order value", scope, names) == 5
    assert evaluate("order  value-net", scope, names) == 4
    assert evaluate("order value - value", scope, names) == -4
    assert evaluate("order value in [1..in stock]", scope, names) is False
    assert evaluate("4 in in stock", scope, names) is True


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{a: 5, b: 2, c: [{a-b: 1}, a-b]}.c[2]", 3),
        ("{a: 5, b: 2, a-b: 1, r: [a-b, a - b]}.r", [1, 1]),
        ("{a: 5, b: 2, l: for a-b in [9] return a-b, r: [l, a-b]}.r", [[9], 3]),
        ("{a: 5, b: 2, f: function(a-b) a-b, r: [f(1), a-b]}.r", [1, 3]),
        ("{a: 5, b: 2, f: function(a-b) a-b, r: [f(a-b: 7), a-b]}.r", [7, 3]),
        ("{a: 5, b: 2, some-a-b: some a-b in [9] satisfies a-b = 9, r: a-b}.r", 3),
        ("{l: [{a-b: 1}, {a-b: 2}], r: l[a-b > 1].a-b}.r", [2]),
        ("{x: {y z: {a+b: 3}}}.x.y z.a+b", 3),
        ("(function(c: context<first name: string>) c.first name)({first name: 1})", None),
        ('(function(c: context<first name: string>) c.first name)({"first name": "x"})', "x"),
    ],
)
def test_a_name_with_signs_is_known_where_it_is_bound_and_as_an_entry(text, result):
    assert evaluate(text, {}) == result


def test_a_variable_does_not_keep_anybody_from_calling_a_function_of_its_name():
    assert evaluate('date("2026-01-01") > date', {"date": dt.date(2025, 1, 1)}) is True


def test_an_expression_knows_the_variables_that_it_reads():
    expression = compile_expression("a.b + count(items[price > c and item.x]) + (for i in d return i + e)[1]")
    assert expression.variables == {"a", "items", "price", "c", "d", "e"}
    assert expression.certain == {"a", "items", "d", "e"}


def test_escapes_in_texts():
    assert evaluate(r'"\b\f\/"') == r"\b\f\/"
    assert evaluate(r'"a\"b\\c\nd\u00e9\U01F600\uD83D\uDE00\d"') == 'a"b\\c\ndé😀😀\\d'
