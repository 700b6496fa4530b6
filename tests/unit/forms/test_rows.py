"""A list of rows is taken whole and typed, row by row, or refused with all that is wrong with it."""

import contextlib
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpm.errors import Invalid
from cpm.forms import read
from cpm.forms.lookups import Found, Hit
from rules.xml import Refused
from tests.unit.forms.conftest import NOW, as_file

ARTICLE = {"type": "textfield", "key": "sku", "label": "Artikel", "validate": {"required": True}}
QUANTITY = {"type": "number", "key": "qty", "label": "Menge", "decimalDigits": 0, "validate": {"min": 1}}
PRICE = {"type": "number", "key": "price", "label": "Preis", "appearance": {"suffixAdorner": "EUR"}}
TOTAL = {
    "type": "expression",
    "key": "total",
    "expression": "=qty * price",
    "computeOn": "change",
    "properties": {"cpm:label.de": "Summe", "cpm:unit": "EUR"},
}
FIGURE = {**TOTAL, "properties": {**TOTAL["properties"], "cpm:figure": "true"}}
SUM = {"type": "expression", "key": "sum", "expression": "=sum(lines.total)", "computeOn": "change"}


def lines(*components, **more):
    properties = {"cpm:label.en": "Lines", **more.pop("properties", {})}
    return {
        "type": "dynamiclist",
        "path": "lines",
        "label": "Positionen",
        "allowAddRemove": True,
        "defaultRepetitions": 1,
        "components": [{"label": c.get("key"), **c} for c in components],
        "properties": properties,
        **more,
    }


class Shelf:
    """Two things of one name, one of another."""

    hits = (
        Hit("A-1", "Panel", {"price": Decimal("9.50"), "unit": "Stk"}),
        Hit("A-2", "Panel", {"price": Decimal(12), "unit": "Stk"}),
        Hit("B-1", "Pump", {"price": Decimal(200), "unit": "Stk"}),
    )

    def find(self, source, words, values):
        return Found(tuple(hit for hit in self.hits if words.lower() in hit.text.lower()), "from a copy")

    def expect(self, source, named, values):
        pass

    def named(self, source, value, values):
        return next((hit for hit in self.hits if hit.value == value), None)


def test_rows_become_contexts_with_typed_values_and_totals(form, now):
    order = form(lines(ARTICLE, QUANTITY, PRICE, TOTAL), SUM)
    typed = {"lines": [{"sku": "A", "qty": "3", "price": "9,50 EUR"}, {"sku": "B", "qty": "2", "price": "1"}]}
    taken = order.validate(typed, {}, now=now)
    assert taken == {
        "lines": [
            {"sku": "A", "qty": Decimal(3), "price": Decimal("9.50"), "total": Decimal("28.50")},
            {"sku": "B", "qty": Decimal(2), "price": Decimal(1), "total": Decimal("2.00")},
        ],
        "sum": Decimal("30.50"),
    }


def test_every_kind_of_field_stands_in_a_row(form, now):
    order = form(
        lines(
            {"type": "textarea", "key": "note"},
            {"type": "select", "key": "way", "values": [{"value": "x", "label": "X"}]},
            {"type": "radio", "key": "how", "values": [{"value": "y"}]},
            {"type": "checkbox", "key": "safe"},
            {"type": "checklist", "key": "parts", "values": [{"value": "a"}, {"value": "b"}]},
            {"type": "datetime", "key": "day", "subtype": "date"},
            {"type": "group", "id": "g", "components": [{"type": "number", "key": "n", "label": "n"}]},
        )
    )
    row = {"note": "a", "way": "X", "how": "y", "safe": "ja", "parts": ["b"], "day": "1.12.2026", "n": "4"}
    assert order.validate({"lines": [row]}, {}, now=now)["lines"] == [
        {
            "note": "a",
            "way": "x",
            "how": "y",
            "safe": True,
            "parts": ["b"],
            "day": date(2026, 12, 1),
            "n": Decimal(4),
        }
    ]


def test_a_problem_names_its_row_and_field_in_both_languages(form, problems):
    order = form(lines(ARTICLE, QUANTITY))
    typed = {"lines": [{"sku": "A", "qty": "1"}, {"qty": "0", "colour": "red"}, "nonsense"]}
    assert problems(order, typed) == {
        "lines[1].sku": ["Zeile 2: Bitte „Artikel“ ausfüllen."],
        "lines[1].qty": ["Zeile 2: „Menge“ muss mindestens 1 sein."],
        "lines[1].colour": ["Zeile 2: Das Formular hat kein Feld „colour“."],
        "lines[2]": ["Zeile 3: ist keine Zeile mit Feldern."],
        "lines[2].sku": ["Zeile 3: Bitte „Artikel“ ausfüllen."],
    }
    assert problems(order, typed, language="en")["lines[1].sku"] == ["Row 2: Please fill in “Artikel”."]


def test_conditions_of_a_row_see_the_row_and_what_is_around_it(form, now, problems):
    order = form(
        {"type": "checkbox", "key": "urgent"},
        lines(
            QUANTITY,
            {
                "type": "textfield",
                "key": "why",
                "conditional": {"hide": "=qty < 10"},
                "properties": {"cpm:requiredIf": "urgent or limit > 5"},
            },
            {
                "type": "number",
                "key": "again",
                "properties": {"cpm:check": "again < i + parent.limit + this.qty"},
            },
        ),
    )
    assert order.validate({"lines": [{"qty": 3, "why": "x"}]}, {}, now=now)["lines"] == [
        {"qty": Decimal(3), "again": None}
    ]
    assert problems(order, {"lines": [{"qty": 3}, {"qty": 12}], "urgent": "on"}).keys() == {"lines[1].why"}
    assert problems(order, {"lines": [{"qty": 12}]}, {"limit": Decimal(9)}).keys() == {"lines[0].why"}
    assert problems(order, {"lines": [{"qty": 1}, {"qty": 2, "again": 6}]}, {"limit": Decimal(2)}).keys() == {
        "lines[1].again"
    }


def test_a_row_keeps_what_it_was_and_what_is_locked_in_it(form, now, problems):
    locked = {"type": "number", "key": "price", "label": "Preis", "readonly": True}
    order = form(lines(ARTICLE, locked))
    scope = {
        "lines": [{"sku": "A", "price": Decimal(5), "weight": Decimal(1)}, {"sku": "B", "price": Decimal(7)}]
    }
    assert order.validate({}, scope, now=now) == scope
    turned = {"lines": [{"_row": "1"}, {"_row": "n3", "sku": "C"}, {"_row": "0", "sku": "A2"}]}
    assert order.validate(turned, scope, now=now)["lines"] == [
        {"sku": "B", "price": Decimal(7)},
        {"sku": "C", "price": None},
        {"sku": "A2", "price": Decimal(5), "weight": Decimal(1)},
    ]
    assert problems(order, {"lines": [{"_row": "1", "price": "1"}]}, scope).keys() == {"lines[0].price"}
    assert problems(order, {"lines": [{"_row": "n3", "sku": "C", "price": "1"}]}, scope).keys() == {
        "lines[0].price"
    }
    for id_ in ("1", "-1", "x", 1, "01", None):
        twice = {"lines": [{"_row": "1"}, {"_row": id_, "sku": "D"}]}
        assert "lines[1]" in problems(order, twice, scope), id_


def test_only_fields_of_the_list_are_carried_on(form):
    with pytest.raises(Refused, match="cpm:carry"):
        form(lines(QUANTITY, properties={"cpm:carry": "qty, price"}))


def test_how_many_rows_there_may_be_is_kept(form, problems, now):
    few = form(lines(QUANTITY, properties={"cpm:minRows": "2", "cpm:maxRows": "3"}))
    assert problems(few, {"lines": [{}]}) == {
        "lines": ["„Positionen“ braucht mindestens 2 Zeilen, es sind 1."]
    }
    assert problems(few, {"lines": None}).keys() == {"lines"}
    assert problems(few, {"lines": [{}] * 3}) == {}
    assert problems(few, {"lines": [{}] * 4}, language="en") == {
        "lines": ["“Lines” may have at most 3 rows, but there are 4."]
    }
    assert problems(few, {"lines": [{"qty": "x"}] * 4}).keys() == {"lines"}, "only that there are too many"
    fixed = form(lines(QUANTITY, allowAddRemove=False, defaultRepetitions=2))
    assert fixed.validate({}, {}, now=now)["lines"] == [{"qty": None}] * 2
    assert problems(fixed, {"lines": [{}] * 3}).keys() == {"lines"}
    assert problems(fixed, {"lines": [{}] * 2}) == {}


@pytest.mark.parametrize(
    "hostile",
    [
        "rows",
        7,
        {"sku": "A"},
        [[]] * 100,
        [{"sku": "A"}] * 5000,
        [{f"_{number}": "x" for number in range(100)}],
        [{"sku": {"a": ["b"]}, "qty": []}],
        [{"\x00<script>" * 100: "x", "sku": "A" * 200_000}],
        [{"_row": "9" * 10_000}],
        [{"_row": "n99999999999999"}],
    ],
)
def test_hostile_rows_are_refused_and_can_still_be_shown(form, problems, now, hostile):
    order = form(lines(ARTICLE, QUANTITY, TOTAL | {"expression": "=qty * 2"}), SUM)
    found = problems(order, {"lines": hostile})
    assert found
    assert all(len(sentence) < 400 for sentences in found.values() for sentence in sentences)
    shown = order.present({}, {"lines": hostile}, now=now)
    assert len(shown[0]["rows"]) <= 200


def test_a_list_that_is_no_list_in_the_case_is_refused_and_shown_empty(form, now):
    order = form(lines(ARTICLE))
    assert order.present({"lines": "x"}, now=now)[0]["rows"] == []
    with pytest.raises(Invalid):
        order.validate({}, {"lines": "x"}, now=now)


def test_what_is_computed_is_never_believed(form, problems, now):
    order = form(lines(QUANTITY, PRICE, TOTAL))
    assert problems(order, {"lines": [{"qty": 2, "price": 3, "total": 1}]}).keys() == {"lines[0].total"}
    for same in (6, "6,00", "6.00", "", None):
        assert problems(order, {"lines": [{"qty": 2, "price": 3, "total": same}]}) == {}
    assert order.validate({"lines": [{"qty": 2}]}, {}, now=now)["lines"][0]["total"] is None


def test_a_hidden_computed_field_counts_as_nothing(form, now):
    hidden = TOTAL | {"conditional": {"hide": "=free"}}
    order = form({"type": "checkbox", "key": "free"}, lines(QUANTITY, PRICE, hidden), SUM)
    typed = {"free": "on", "lines": [{"qty": 2, "price": 3}]}
    assert order.validate(typed, {}, now=now)["sum"] is None


def test_a_look_up_stores_the_value_and_shows_the_label(form, now):
    order = form({"type": "textfield", "key": "sku", "properties": {"cpm:lookup": "demo"}})
    for typed in ("B-1", "b-1", "Pump (B-1)", "pump"):
        assert order.validate({"sku": typed}, {}, now=now, lookups=Shelf()) == {"sku": "B-1"}
        (shown,) = order.present({}, {"sku": typed}, now=now, lookups=Shelf())
        assert (shown["value"], shown["shown"]) == ("B-1", "Pump (B-1)")
    (shown,) = order.present({"sku": "A-2"}, now=now, lookups=Shelf())
    assert shown["shown"] == "Panel (A-2)"


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("Panel", ["A-1", "A-2"]),
        ("Pum", ["B-1"]),
        ("gone", []),
        ("Pump (A-1)", []),
        ("x" * 500, []),
        ("B-1 ", None),
    ],
)
def test_what_names_nothing_is_refused_with_what_comes_close(form, now, typed, close):
    order = form({"type": "textfield", "key": "sku", "properties": {"cpm:lookup": "demo"}})
    (shown,) = order.present({}, {"sku": typed}, now=now, lookups=Shelf())
    if close is None:
        assert shown["value"] == "B-1"
        return
    assert [value for value, _ in shown["found"]] == close
    with pytest.raises(Invalid, match="passen noch nicht"):
        order.validate({"sku": typed}, {}, now=now, lookups=Shelf())


def test_without_anybody_to_ask_nothing_is_found(form, now):
    order = form({"type": "textfield", "key": "sku", "properties": {"cpm:lookup": "demo"}})
    with pytest.raises(Invalid):
        order.validate({"sku": "B-1"}, {}, now=now)
    with pytest.raises(Invalid):
        order.validate({}, {"sku": "gone"}, now=now, lookups=Shelf())


def test_facts_fill_what_is_locked_always_and_what_is_empty_otherwise(form, now, problems):
    look_up = {
        "type": "textfield",
        "key": "sku",
        "properties": {"cpm:lookup": "demo", "cpm:lookup.fill": "product=label, price=price"},
    }
    product = {"type": "textfield", "key": "product", "readonly": True}
    order = form(lines(look_up, product, PRICE, QUANTITY, TOTAL))

    def taken(row, scope=None):
        return order.validate({"lines": [row]}, scope or {}, now=now, lookups=Shelf())["lines"][0]

    assert taken({"sku": "B-1", "qty": 2}) == {
        "sku": "B-1",
        "product": "Pump",
        "price": Decimal(200),
        "qty": Decimal(2),
        "total": Decimal("400.00"),
    }
    assert taken({"sku": "B-1", "price": "150"})["price"] == Decimal(150)
    before = {"lines": [{"sku": "A-1", "product": "Panel", "price": Decimal(9)}]}
    assert taken({"_row": "0", "sku": "B-1"}, before)["product"] == "Pump"
    assert taken({"_row": "0", "sku": ""}, before)["product"] is None
    with pytest.raises(Invalid) as refused:
        taken({"sku": "B-1", "product": "Gold"})
    assert [key for key, _ in refused.value.problems] == ["lines[0].product"]


def refused(*components):
    with pytest.raises(Refused) as error:
        read(as_file(*components))
    return [(finding.element, finding.reason) for finding in error.value.findings]


@pytest.mark.parametrize(
    ("component", "element", "said"),
    [
        (lines(), "lines", "components"),
        (lines(ARTICLE, path="order.lines"), "order.lines", "path"),
        (lines(ARTICLE, path="_row"), "_row", "path"),
        (lines(ARTICLE, label=""), "lines", "label"),
        (lines(ARTICLE, isRepeating=False), "lines", "isRepeating"),
        (lines(ARTICLE, validate={"required": True}), "lines", "validate"),
        (lines(ARTICLE, properties={"cpm:maxRows": "201"}), "lines", "cpm:maxRows"),
        (lines(ARTICLE, properties={"cpm:minRows": "-1"}), "lines", "cpm:minRows"),
        (lines(ARTICLE, properties={"cpm:minRows": "9", "cpm:maxRows": "3"}), "lines", "cpm:minRows"),
        (lines(ARTICLE, lines(QUANTITY, label="x")), "lines", "no list within"),
        (lines(ARTICLE, ARTICLE), "sku", "twice"),
        (lines({"type": "number", "key": "i"}), "i", "keys other than"),
        (lines({"type": "textfield", "key": "a", "properties": {"cpm:prefill": '"x"'}}), "a", "cpm:prefill"),
        ({"type": "expression", "key": "a"}, "a", "expression"),
        ({"type": "expression", "key": "a", "expression": "1 + 1"}, "a", "the sign is missing"),
        ({"type": "expression", "key": "a", "expression": "=1", "computeOn": "never"}, "a", "computeOn"),
        ({**SUM, "properties": {"cpm:figure": "true"}}, "sum", "cpm:label.de"),
        ({**TOTAL, "properties": {"cpm:figure": "yes"}}, "total", "cpm:figure"),
        (lines(QUANTITY, PRICE, FIGURE), "total", "outside of lists"),
        ({"type": "textfield", "key": "a", "properties": {"cpm:lookup": "stars"}}, "a", "cpm:lookup"),
        ({"type": "textarea", "key": "a", "properties": {"cpm:lookup": "demo"}}, "a", "cpm:lookup"),
        ({"type": "textfield", "key": "a", "properties": {"cpm:lookup.fill": "b=c"}}, "a", "cpm:lookup.fill"),
        (
            {"type": "textfield", "key": "a", "properties": {"cpm:lookup": "demo", "cpm:lookup.fill": "b=c"}},
            "a",
            "below it",
        ),
    ],
)
def test_what_does_not_run_is_refused_by_element_and_reason(component, element, said):
    if component["type"] == "expression":
        data = json.loads(as_file())
        data["components"] = [component]
        with pytest.raises(Refused) as error:
            read(json.dumps(data).encode())
        found = [(finding.element, finding.reason) for finding in error.value.findings]
    else:
        found = refused(component)
    assert element in [each for each, _ in found]
    assert said in " | ".join(reason for _, reason in found)


def test_a_form_has_one_figure():
    with pytest.raises(Refused, match="one cpm:figure"):
        read(as_file(QUANTITY, PRICE, FIGURE, {**FIGURE, "key": "again"}))


def test_an_expression_reads_no_field_below_it():
    data = json.loads(as_file())
    data["components"] = [SUM, lines(QUANTITY)]
    with pytest.raises(Refused, match="stands below"):
        read(json.dumps(data).encode())


KINDS = {
    "textfield": st.text(max_size=20) | st.none(),
    "textarea": st.text(max_size=30),
    "number": st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**6), max_value=10**6
    )
    | st.sampled_from(["1.234,5", "x", ""]),
    "checkbox": st.sampled_from(["on", None, "ja", "perhaps"]),
    "select": st.sampled_from(["a", "B", "", "c"]),
    "checklist": st.lists(st.sampled_from(["a", "b"]), max_size=3),
    "date": st.dates(min_value=date(1890, 1, 1), max_value=date(2190, 1, 1)).map(str) | st.just("1.2.2026"),
}


@st.composite
def forms_and_answers(draw):
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=4))
    fields = [_component(kind, f"f{number}", draw) for number, kind in enumerate(kinds)]
    hide = draw(st.sampled_from([None, "=f0 = null", "=i = 2", "=not(count(lines) > 1)"]))
    if hide and len(fields) > 1:
        fields[-1]["conditional"] = {"hide": hide}
    computed = {"type": "expression", "key": "c", "expression": '=string(f0) + string(i) + "x"', "label": ""}
    del computed["label"]
    rows = draw(
        st.lists(
            st.fixed_dictionaries({}, optional={f"f{n}": KINDS[kind] for n, kind in enumerate(kinds)}),
            max_size=5,
        )
    )
    return fields, computed, rows


def _component(kind, key, draw):
    made = {"type": kind, "key": key, "label": key}
    if kind == "date":
        made |= {"type": "datetime", "subtype": "date"}
    if kind in {"select", "checklist"}:
        made["values"] = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
    if draw(st.booleans()):
        made["validate"] = {"required": draw(st.booleans())}
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms_and_answers(), st.sampled_from(["de", "en"]))
def test_what_is_taken_is_shown_again_and_taken_as_the_same(made, language):
    fields, computed, rows = made
    data = json.loads(as_file())
    data["components"] = [
        {**lines(), "components": [*fields, computed]},
        {"type": "expression", "key": "all", "expression": "=count(lines)"},
    ]
    form = read(json.dumps(data).encode())
    taken = _taken(form, {"lines": rows}, language)
    if taken is None:
        form.present({}, {"lines": rows}, now=NOW, language=language)
        return
    assert taken["all"] == len(rows)
    shown = form.present(taken, now=NOW, language=language)[0]
    again = [
        {"_row": row["id"], **{each["key"]: _typed(each) for each in row["components"]}}
        for row in shown["rows"]
    ]
    assert form.validate({"lines": again}, taken, now=NOW, language=language) == taken
    afresh = [{key: value for key, value in row.items() if key != "_row"} for row in again]
    assert form.validate({"lines": afresh}, {}, now=NOW, language=language) == taken


def _typed(field):
    return field["value"] if field["kind"] == "checklist" else field["shown"]


def _taken(form, values, language):
    with contextlib.suppress(Invalid):
        return form.validate(values, {}, now=NOW, language=language)
