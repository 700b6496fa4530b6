"""Decision tables: compiled once into cells that are tried from the left until one fails."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rules.dmn.elements import Element, child, children, name_of, text_of, type_of
from rules.dmn.evidence import TABLE, Evaluation, Evidence, Fired
from rules.dmn.findings import Document, Names
from rules.dmn.hits import BY_OUTPUT_VALUES, POLICIES, WITHOUT_HITS, Hit, Policy, Settled, Shape
from rules.dmn.index import FEWEST_RULES, Index, build, numbers_in
from rules.dmn.policies import policy_of
from rules.dmn.telling import tell_no_rule, tell_not_allowed, tell_type
from rules.feel.compiler import CellCode, Code
from rules.feel.errors import Unfit
from rules.feel.explaining import NOWHERE, Where
from rules.feel.frames import Frame, Run
from rules.feel.syntax import Type
from rules.feel.types import Types, coerced


@dataclass(frozen=True, slots=True)
class _Input:
    label: str
    code: Code
    type: Type | None
    allowed: CellCode | None


@dataclass(frozen=True, slots=True)
class _Output:
    type: Type | None
    allowed: CellCode | None


@dataclass(frozen=True, slots=True)
class _Rule:
    fired: Fired
    cells: tuple[tuple[int, CellCode], ...]  #: those that can fail, with the number of their column
    tried: tuple[tuple[int, CellCode], ...]  #: those of them that the index cannot look up
    outputs: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    owner: tuple[str, str]  #: id and name of the decision, for the evidence
    inputs: tuple[_Input, ...]
    rules: tuple[_Rule, ...]
    index: Index | None
    answers: tuple[_Output, ...]
    defaults: tuple[Code, ...] | None
    shape: Shape
    settle: Policy
    without_hits: object
    only_first: bool
    known: Types

    def __call__(self, frame: Frame) -> object:
        run = frame.run
        values = [_input_value(column, frame, self.known) for column in self.inputs]
        result, hits = self._settled(values, frame)
        if isinstance(run, Evaluation):
            inputs = tuple([(column.label, value) for column, value in zip(self.inputs, values, strict=True)])
            fired = tuple([self._fired(hit) for hit in hits])
            run.evidence.append(Evidence(*self.owner, fired, inputs, TABLE, result))
        return result

    def _fired(self, hit: Hit) -> Fired:
        rule = hit.rule
        outputs = tuple(zip(self.shape.names, hit.outputs, strict=True))
        return Fired(rule.number, rule.id, rule.annotation, outputs)

    def _settled(self, values: list[object], frame: Frame) -> Settled:
        run = frame.run
        run.spend(len(self.rules) + len(values))
        hits = [self._hit(rule, frame) for rule in self._matching(values, frame)]
        if hits:
            return self.settle(self.shape, hits, run)
        if self.defaults is None:
            tell_no_rule(run, self.owner[1])
            return self.without_hits, ()
        return self.shape.boxed(self._outputs(self.defaults, frame)), ()

    def _matching(self, values: list[object], frame: Frame) -> list[_Rule]:
        if any(
            not _is_allowed(column, value, frame) for column, value in zip(self.inputs, values, strict=True)
        ):
            return []
        rules: Iterable[_Rule] = self.rules
        looked_up = False
        if self.index is not None:
            left, looked_up = self.index.rules(values)
            rules = (self.rules[at] for at in numbers_in(left))
        matching = []
        for rule in rules:
            for column, cell in rule.tried if looked_up else rule.cells:
                if not cell(values[column], frame):
                    break
            else:
                matching.append(rule)
                if self.only_first:
                    break
        return matching

    def _hit(self, rule: _Rule, frame: Frame) -> Hit:
        return Hit(rule.fired, self._outputs(rule.outputs, frame))

    def _outputs(self, codes: Sequence[Code], frame: Frame) -> tuple[object, ...]:
        return tuple(
            [
                _answer(column, code(frame), frame, self.known)
                for code, column in zip(codes, self.answers, strict=True)
            ]
        )


def typed(value: object, kind: Type | None, types: Types, run: Run, where: Where = NOWHERE) -> object:
    """The value as one of the type; null if it is none."""
    if kind is None or value is None:
        return value
    try:
        return coerced(value, kind, types, run)
    except Unfit:
        tell_type(run, value, kind, where)
        return None


def _input_value(column: _Input, frame: Frame, types: Types) -> object:
    return typed(column.code(frame), column.type, types, frame.run, Where(column.label, column.label))


def _answer(column: _Output, value: object, frame: Frame, types: Types) -> object:
    """The value of a cell; null if it is not of the column's type or not among its values."""
    value = typed(value, column.type, types, frame.run)
    return value if column.allowed is None or _is_allowed(column, value, frame) else None


def _is_allowed(column: _Input | _Output, value: object, frame: Frame) -> bool:
    """Null is always allowed; of a list, either the whole or every item must be."""
    if column.allowed is None or value is None or column.allowed(value, frame):
        return True
    allowed = isinstance(value, list) and all(column.allowed(item, frame) for item in value)
    if not allowed:
        tell_not_allowed(frame.run, value)
    return allowed


def compile_table(table: Element, document: Document, names: Names, owner: tuple[str, str]) -> Code:
    """The code that evaluates the table; what is wrong with it goes to the document's findings."""
    inputs = tuple(_input(each, document, names, at) for at, each in enumerate(children(table, "input"), 1))
    outputs = list(children(table, "output"))
    policy = policy_of(table, outputs, document)
    rows = list(children(table, "rule"))
    rules = [_rule(each, at, (inputs, outputs), document, names) for at, each in enumerate(rows, 1)]
    index = (
        _indexed(rows, rules, document, names)
        if len(rules) >= FEWEST_RULES and not document.watched
        else None
    )
    return _Table(
        owner=owner,
        inputs=inputs,
        rules=tuple(rules),
        index=index,
        answers=tuple(_output(output, document, names) for output in outputs),
        defaults=_defaults(outputs, document, names),
        shape=_shape(outputs, policy, document, owner),
        settle=POLICIES.get(policy, POLICIES["UNIQUE"]),
        without_hits=WITHOUT_HITS.get(policy),
        only_first=policy == "FIRST",
        known=document.types,
    )


def _input(column: Element, document: Document, names: Names, at: int) -> _Input:
    expression = child(column, "inputExpression")
    if expression is None or not text_of(expression):
        document.refuse(
            column,
            f"Expected an expression in input {at}, but there is none.",
            f"Eingabe {at} hat keinen Ausdruck: Es steht nicht da, welche Angabe die Spalte prüft.",
        )
        expression = column
    label = column.get("label") or " ".join(text_of(expression).split())
    values = child(column, "inputValues")
    where = f"Input {at}: "
    return _Input(
        label,
        document.expression(expression, names, where),
        document.type(expression, type_of(expression)),
        None if values is None else document.cell(values, names, where),
    )


def _output(column: Element, document: Document, names: Names) -> _Output:
    values = child(column, "outputValues")
    allowed = None if values is None else document.cell(values, names, "Output values: ")
    return _Output(document.type(column, type_of(column)), allowed)


def _rule(
    rule: Element,
    number: int,
    columns: tuple[Sequence[_Input], list[Element]],
    document: Document,
    names: Names,
) -> _Rule:
    inputs, outputs = columns
    tests, results = list(children(rule, "inputEntry")), list(children(rule, "outputEntry"))
    if len(tests) != len(inputs) or len(results) != len(outputs):
        found = f"{len(tests)} and {len(results)}"
        expected = f"{len(inputs)} input and {len(outputs)} output cells"
        document.refuse(
            rule,
            f"Expected {expected} in rule {number}, but there are {found}.",
            f"Zeile {number} hat {len(tests)} Zellen für Eingaben und {len(results)} für Ergebnisse; "
            f"die Tabelle hat {len(inputs)} und {len(outputs)} Spalten.",
        )
    cells = []
    for at, entry in enumerate(tests[: len(inputs)]):
        cell = document.cell(entry, names, f"Rule {number}, input {at + 1}: ")
        if cell is not None:
            cells.append((at, cell))
    codes = tuple(
        document.expression(entry, names, f"Rule {number}, output {at}: ")
        for at, entry in enumerate(results[: len(outputs)], 1)
    )
    return _Rule(Fired(number, rule.get("id") or "", _annotation(rule)), tuple(cells), tuple(cells), codes)


def _indexed(rows: list[Element], rules: list[_Rule], document: Document, names: Names) -> Index | None:
    """The index, with its cells taken out of what the rules must try."""
    by_rule = [[document.simple(entry, names) for entry in children(row, "inputEntry")] for row in rows]
    if len({len(cells) for cells in by_rule}) != 1:  # a finding says so
        return None
    built = build(list(zip(*by_rule, strict=True)), len(rules))
    if built is None:
        return None
    index, columns = built
    for at, (rule, cells) in enumerate(zip(rules, by_rule, strict=True)):
        tried = (each for each in rule.cells if each[0] not in columns or cells[each[0]] is None)
        rules[at] = replace(rule, tried=tuple(tried))
    return index


def _annotation(rule: Element) -> str:
    """The annotation columns, or the description of older versions."""
    entries = [text_of(entry) for entry in children(rule, "annotationEntry")]
    description = child(rule, "description")
    written = "; ".join(entry for entry in entries if entry)
    return written or ("" if description is None else (description.text or "").strip())


def _defaults(outputs: list[Element], document: Document, names: Names) -> tuple[Code, ...] | None:
    entries = [child(output, "defaultOutputEntry") for output in outputs]
    if all(entry is None for entry in entries):
        return None
    return tuple(
        (lambda _frame: None) if entry is None else document.expression(entry, names, "Default output: ")
        for entry in entries
    )


def _shape(outputs: list[Element], policy: str, document: Document, owner: tuple[str, str]) -> Shape:
    ranked = policy in BY_OUTPUT_VALUES
    priorities = tuple(_output_values(output, document) if ranked else () for output in outputs)
    if ranked and not any(priorities):
        document.refuse(
            outputs[0],
            f"Expected output values for the hit policy {policy}, but there are none.",
            f"Die Trefferregel {policy} braucht die Werte des Ergebnisses in ihrer Rangfolge; hier stehen keine.",
        )
    return Shape(owner[1], tuple(name_of(output) for output in outputs), priorities)


def _output_values(output: Element, document: Document) -> tuple[object, ...]:
    """In their order, from the column or else from the type of its values."""
    values = child(output, "outputValues")
    if values is None:
        values = document.values_of_type(output, type_of(output))
    return () if values is None else document.values(values)
