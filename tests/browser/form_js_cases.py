"""Random forms with random entries, and what our side makes of them, in the words of form-js."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from random import Random
from typing import Any

from cpm import forms
from cpm.errors import Invalid
from tests.web.forms.conftest import NOW

Component = dict[str, Any]
OPTIONS = [{"value": each, "label": each.upper()} for each in ("red", "green", "blue")]
#: What shows only because of an answer is answered in the next; form_js.js has as many.
ROUNDS = 3
_TEXTS = ["", "a", "ab", " ab  ", "red", "Ärger", "2026-05-01", "a b c", "12", "x@example.org", "+4922112345"]
_NUMBERS = [0, 1, 2, 5, 10, -3, 0.5, 12.25, 1000000]
_KINDS = ("textfield", "textarea", "number", "checkbox", "select", "radio", "checklist", "taglist", "date")


@dataclass(frozen=True)
class Case:
    components: list[Component]
    data: dict[str, Any]
    #: By path, as form-js has them: lines.0.qty
    typed: dict[str, Any]

    @property
    def schema(self) -> dict[str, Any]:
        return {"id": "demo", "type": "default", "schemaVersion": 18, "components": self.components}

    def field(self, path: str) -> Component:
        key = path.rpartition(".")[2]
        return next(each for each in flat(self.components) if key in (each.get("key"), each.get("path")))


@dataclass(frozen=True)
class Answer:
    shown: frozenset[str]
    errors: frozenset[str]
    #: By path, without rows as a whole.
    data: Mapping[str, Any]
    cells: list[list[str]]


def flat(components: list[Component]) -> Iterator[Component]:
    for each in components:
        yield each
        yield from flat(each.get("components", []))


def theirs(told: Mapping[str, Any], case: Case) -> Answer:
    lists = {each["path"] for each in flat(case.components) if each["type"] == "dynamiclist"}
    computed = {each["key"] for each in flat(case.components) if each["type"] == "expression"}
    shown = frozenset(path for path in told["shown"] if path.rpartition(".")[2] not in computed | lists)
    data = {path: value for path, value in _paths(told["data"], "") if path not in lists}
    return Answer(shown, frozenset(told["errors"]), data, told["cells"])


def ours(case: Case) -> Answer:
    form = forms.read(json.dumps(case.schema).encode(), "demo.form")
    scope = json.loads(json.dumps(case.data), parse_float=Decimal, parse_int=Decimal)
    seen: dict[str, Any] = {}
    for _ in range(ROUNDS):  # nobody types into what is not there
        drawn = form.present(scope, _values(case, seen), now=NOW, language="en")
        seen |= {path: case.typed[path] for path in _shown(drawn, "") if path in case.typed}
    values = _values(case, seen)
    drawn = form.present(scope, values, now=NOW, language="en")
    try:
        answer, problems = form.validate(values, scope, now=NOW, language="en"), ()
    except Invalid as refused:
        answer, problems = {}, refused.problems
    errors = frozenset(key.replace("[", ".").replace("]", "") for key, _ in problems)
    return Answer(frozenset(_shown(drawn, "")), errors, dict(_paths(answer, "")), _cells(drawn))


def _values(case: Case, typed: Mapping[str, Any]) -> dict[str, Any]:
    """As our page posts them: the rows that are there, each with what was typed in it."""
    values: dict[str, Any] = {path: value for path, value in typed.items() if "." not in path}
    for each in flat(case.components):
        if each["type"] == "dynamiclist":
            name = each["path"]
            values[name] = [{"_row": str(number)} for number, _ in enumerate(case.data[name])]
    for path, value in typed.items():
        match path.split("."):
            case [name, number, key]:
                values[name][int(number)][key] = value
    return values


def _shown(fields: list[dict[str, Any]], at: str) -> Iterator[str]:
    for field in fields:
        if "rows" in field:
            for number, row in enumerate(field["rows"]):
                yield from _shown(row["components"], f"{at}{field['key']}.{number}.")
        elif "required" in field and field["kind"] != "expression":
            yield f"{at}{field['key']}"
        yield from _shown(field.get("components", []), at)


def _cells(fields: list[dict[str, Any]]) -> list[list[str]]:
    return next((field["lines"] for field in fields if "head" in field), [])


def _paths(value: Mapping[str, Any], at: str) -> Iterator[tuple[str, Any]]:
    for key, each in value.items():
        if isinstance(each, list) and each and all(isinstance(row, dict) for row in each):
            for number, row in enumerate(each):
                yield from _paths(row, f"{at}{key}.{number}.")
        else:
            yield f"{at}{key}", _plain(each)


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case bool():
            return value
        case int():
            return float(value)
        case datetime():
            return value.isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def random_case(seed: int) -> Case:
    return _Maker(Random(seed)).case()


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.typed: dict[str, Any] = {}
        #: Keys of the fields that expressions read.
        self.read: set[str] = set()

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def case(self) -> Case:
        data: dict[str, Any] = {"known": self.random.choice([1, 7, None]), "word": "red"}
        fields = [self.field(f"f{number}") for number in range(self.random.randint(3, 7))]
        components = [*fields]
        if self.maybe(0.5):
            components.append(self.rows(data))
        for number in range(self.random.randint(0, 3)):
            components.append(self.computed(f"e{number}", fields, components))
        for number, each in enumerate(fields):
            self.hidden(each, fields[:number], 0.3)
        if self.maybe(0.3):
            cut = self.random.randint(1, len(fields))
            group = {"type": "group", "id": "group_1", "label": "Group", "components": fields[cut:]}
            group = self.hidden(group, fields[:cut], 0.7)
            components = [*fields[:cut], group, *components[len(fields) :]]
        if self.maybe(0.2):
            data["items"] = [{"a": "x", "b": "y"}, {"a": "z"}]
            columns = [{"label": "A", "key": "a"}, {"label": "B", "key": "b"}]
            components.append(
                {"type": "table", "id": "table_1", "label": "T", "dataSource": "=items", "columns": columns}
            )
        for each in fields:
            text = each["type"] in {"textfield", "textarea"}
            if (text and each["key"] in self.read) or self.maybe(
                0.9
            ):  # what nobody may change is known before
                locked = each.get("readonly") or each.get("disabled")
                (data if locked else self.typed)[each["key"]] = self.entry(each)
        return Case(components, data, self.typed)

    def field(self, key: str) -> Component:
        kind = self.random.choice(_KINDS)
        validate: dict[str, Any] = {"required": True} if self.maybe(0.3) else {}
        field: Component = {"type": kind, "id": f"id_{key}", "key": key, "label": key.upper()}
        match kind:
            case "textfield" | "textarea":
                validate |= self.of_text(line=kind == "textfield")
            case "number":
                validate |= self.some(min=[0, 1, "=known"], max=[5, 100, "=known + 3"])
                field |= self.some(decimalDigits=[0, 1, 2])
            case "select" | "radio" | "checklist" | "taglist":
                field["values"] = OPTIONS
            case "date":
                subtype = self.random.choice(["date", "time"])
                field |= {"type": "datetime", "subtype": subtype, "dateLabel": key}
        if self.maybe(0.1):
            field["readonly" if self.maybe(0.5) else "disabled"] = True
        return field | {"validate": validate}

    def of_text(self, *, line: bool) -> dict[str, Any]:
        lengths = self.some(minLength=[1, 2, 3], maxLength=[3, 4, 6])
        shapes = self.some(pattern=["^a.*$", "^[0-9]+$"], validationType=["email", "phone"])
        return {**lengths, **shapes} if line else lengths

    def some(self, **members: list[Any]) -> dict[str, Any]:
        return {name: self.random.choice(values) for name, values in members.items() if self.maybe(0.3)}

    def rows(self, data: dict[str, Any]) -> Component:
        inner: list[Component] = [
            {"type": "number", "id": "id_qty", "key": "qty", "label": "Qty", "validate": {"min": 1}},
            {
                "type": "textfield",
                "id": "id_sku",
                "key": "sku",
                "label": "Sku",
                "validate": {"required": self.maybe(0.5)},
            },
        ]
        if self.maybe(0.6):
            inner.append(
                {
                    "type": "expression",
                    "id": "id_twice",
                    "key": "twice",
                    "expression": self.random.choice(["=this.qty * 2", "=qty * 2"]),
                }
            )
        if self.maybe(0.4):
            hide = self.random.choice(["=this.qty > 2", "=parent.known = 1", "=i = 2"])
            inner[1]["conditional"] = {"hide": hide}
        data["lines"] = [{} for _ in range(self.random.randint(1, 3))]
        for number, _ in enumerate(data["lines"]):
            self.typed[f"lines.{number}.qty"] = self.random.choice([1, 2, 3, 0, 2.5])
            if self.maybe(0.6):
                self.typed[f"lines.{number}.sku"] = self.random.choice(["A", "B-1"])
        return {"type": "dynamiclist", "id": "id_lines", "path": "lines", "label": "Lines", "isRepeating": True,
                "allowAddRemove": True, "components": inner}  # fmt: skip

    def hidden(self, component: Component, fields: list[Component], chance: float) -> Component:
        if fields and self.maybe(chance):
            component["conditional"] = {"hide": f"={self.condition(self.random.choice(fields))}"}
        return component

    def condition(self, field: Component) -> str:
        self.read.add(key := field["key"])
        match field["type"]:
            case "number":
                return self.random.choice(
                    [f"{key} > 2", f"{key} = null", f"{key} + known > 5", f"not({key} > 1)"]
                )
            case "checkbox":
                return self.random.choice([f"{key} = true", f"{key} = false", f"not({key})"])
            case "checklist" | "taglist":
                return self.random.choice([f"count({key}) > 1", f'list contains({key}, "red")'])
            case "datetime":
                return f"{key} = null"
            case _:
                return self.random.choice(
                    [f'{key} = "red"', f"{key} = null", f"{key} = word", f'{key} != "a"']
                )

    def computed(self, key: str, fields: list[Component], above: list[Component]) -> Component:
        field = self.random.choice(fields)
        self.read.add(name := field["key"])
        match field["type"]:
            case "number":
                text = self.random.choice(
                    [f"{name} * 2", f"{name} + known", f"if {name} > 2 then 1 else 0", f"{name} / 4"]
                )
            case "textfield" | "textarea":
                text = self.random.choice([f"upper case({name})", f"string length({name})", f'{name} + "!"'])
            case "checkbox":
                text = f"if {name} then 1 else 0"
            case "checklist" | "taglist":
                text = f"count({name})"
            case "datetime":
                text = f"{name} != null"
            case _:
                text = name
        if any(each["type"] == "dynamiclist" for each in above) and self.maybe(0.5):
            text = self.random.choice(
                ["sum(lines.qty)", "count(lines)", "sum(for each in lines return each.qty)"]
            )
        return {
            "type": "expression",
            "id": f"id_{key}",
            "key": key,
            "expression": f"={text}",
            "computeOn": "change",
        }

    def entry(self, field: Component) -> Any:
        match field["type"]:
            case "number":
                return self.random.choice([*_NUMBERS, None])
            case "checkbox":
                return self.maybe(0.5)
            case "select" | "radio":
                return self.random.choice(["red", "green", "blue", None])
            case "checklist" | "taglist":
                return self.random.sample(["red", "green", "blue"], self.random.randint(0, 3))
            case "datetime":
                return self.random.choice(
                    {"date": ["2026-05-01", "2027-12-31", None], "time": ["09:30", None]}[field["subtype"]]
                )
            case _ if (
                field["key"] in self.read
            ):  # an empty text is another thing there, and so is all that follows
                return self.random.choice(_TEXTS[1:])
            case _:
                return self.random.choice(_TEXTS)
