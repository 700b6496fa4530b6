"""Text to tree: a Pratt parser for DMN 1.5 10.3.1.2, with the precedences in one table."""

from collections.abc import Iterable
from functools import lru_cache

from rules.feel import forms
from rules.feel.functions import MULTI_WORD_NAMES
from rules.feel.limits import LONGEST_TEXT
from rules.feel.numbers import CONTEXT
from rules.feel.reader import Reader
from rules.feel.scanner import Token, error_at, scan
from rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    ComparisonTest,
    ExpressionTest,
    Filter,
    In,
    InstanceOf,
    Literal,
    Name,
    NamedCall,
    Negation,
    Node,
    Or,
    Path,
    Test,
    Tests,
)
from rules.feel.type_names import read_type
from rules.feel.vocabulary import Vocabulary

OR, AND, COMPARISON, SUM, PRODUCT, POWER, INSTANCE, POSTFIX = range(1, 9)
COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")
_POWERS = {
    "or": OR,
    "and": AND,
    **dict.fromkeys((*COMPARATORS, "between", "in"), COMPARISON),
    **dict.fromkeys("+-", SUM),
    **dict.fromkeys("*/", PRODUCT),
    "**": POWER,
    "instance": INSTANCE,
    **dict.fromkeys(".[(", POSTFIX),
}
_ARITHMETIC = {SUM: ("+", "-"), PRODUCT: ("*", "/"), POWER: ("**",)}
_CONSTANTS = {"null": None, "true": True, "false": False}
_RESERVED = frozenset({"then", "else", "return", "satisfies", "in", "and", "or", "between", "of"})
#: After `[`, these say that it closes an open range, as in `]1..5[`, and begins no filter.
_AFTER_RANGE = (*")],}=<>", "<=", ">=", "!=", "and", "or", "then", "else", "return", "satisfies", "between")


def parse_expression(text: str, names: Iterable[str] = ()) -> Node:
    """The tree of an expression; `names` are those known names that are more than one word."""
    return read_expression(Parser(*parser_of(text, names)))


def parse_unary_tests(text: str, names: Iterable[str] = ()) -> Tests:
    """The tree of a cell: tests separated by commas, `not(...)` around all of them, or `-`."""
    return read_unary_tests(Parser(*parser_of(text, names)))


def read_expression(parser: "Parser") -> Node:
    """All of the parser's text."""
    node = parser.expression()
    parser.expect_end()
    return node


def read_unary_tests(parser: "Parser") -> Tests:
    if parser.is_dash():
        return Tests(())
    tests = parser.negated_tests() or Tests(parser.tests())
    parser.expect_end()
    return tests


def parser_of(text: str, names: Iterable[str]) -> tuple[str, Vocabulary]:
    """What a Parser is made of."""
    if len(text) > LONGEST_TEXT:
        raise error_at(text, LONGEST_TEXT, f"at most {LONGEST_TEXT} characters", "more")
    return text, Vocabulary((), beside=_known(frozenset(names)))


@lru_cache(maxsize=256)
def _known(names: frozenset[str]) -> Vocabulary:
    return Vocabulary((*MULTI_WORD_NAMES, *names))


class Parser(Reader):
    """Operands and operators; what begins with its own word or bracket is in `forms`."""

    def expression(self, power: int = OR) -> Node:
        """An expression whose operators bind at least so strongly."""
        self.deeper()
        node = self.continued(self._operand(), power)
        self.depth -= 1
        return node

    def continued(self, left: Node, power: int) -> Node:
        """The left operand with all operators after it that bind at least so strongly."""
        while True:
            token = self.peek_operator()
            mine = _POWERS.get(token.text, 0) if token.kind in ("symbol", "name") else 0
            if not mine or mine < power or (token.text == "[" and self._closes_range(token)):
                return left
            left = self._operator(left, token, mine)

    def _operator(self, left: Node, token: Token, power: int) -> Node:
        if power in _ARITHMETIC:
            return self._arithmetic(left, power)
        self.take(token)
        match token.text:
            case "or":
                return Or(self._parts(left, "or", AND))
            case "and":
                return And(self._parts(left, "and", COMPARISON))
            case "between":
                return self._between(left)
            case "in":
                return self._in(left)
            case "instance":
                self.expect("of")
                return InstanceOf(left, read_type(self))
            case ".":
                return Path(left, self._member())
            case "[":
                return self._filter(left)
            case "(":
                return self._call(left)
        return Comparison(token.text, left, self.expression(SUM))

    def _arithmetic(self, left: Node, power: int) -> Node:
        rest: list[tuple[str, Node]] = []
        while (token := self.peek_operator()).says(*_ARITHMETIC[power]):
            self.take(token)
            rest.append((token.text, self.expression(power + 1)))
        return Arithmetic(left, tuple(rest))

    def _parts(self, left: Node, word: str, power: int) -> tuple[Node, ...]:
        parts = [left, self.expression(power)]
        while self.skip_if(word):
            parts.append(self.expression(power))
        return tuple(parts)

    def _between(self, left: Node) -> Node:
        low = self.expression(SUM)
        self.expect("and")
        return Between(left, low, self.expression(SUM))

    def _member(self) -> str:
        token = scan(self.text, self.at, self.members)
        if token.kind != "name":
            self.fail("the name of an entry", token)
        return self.take(token).text

    def _filter(self, left: Node) -> Node:
        with self.brackets(), self.entries():
            by = self.expression()
        self.expect("]")
        return Filter(left, by)

    def _closes_range(self, bracket: Token) -> bool:
        """Is this `[` the end of an open range rather than the beginning of a filter?"""
        if not self.in_range_end:
            return False
        following = scan(self.text, bracket.end, None)
        return following.kind == "end" or following.says(*_AFTER_RANGE)

    def _call(self, function: Node) -> Node:
        if self.skip_if(")"):
            return Call(function, ())
        with self.brackets():
            call: Node
            if self.name_before_colon():
                call = NamedCall(function, self.separated(self._named_argument))
            else:
                call = Call(function, self.separated(self.expression))
        self.expect(")")
        return call

    def _named_argument(self) -> tuple[str, Node]:
        name = self.bare_name(":")
        self.expect(":")
        return name, self.expression()

    def _in(self, left: Node) -> Node:
        if not self.skip_if("("):
            return In(left, Tests((self._test(SUM),)))
        with self.brackets():
            tests = self.tests()
        if len(tests) == 1 and isinstance(tests[0], ExpressionTest):
            return In(left, Tests((self._after_one(tests[0].expression),)))
        self.expect(")")
        return In(left, Tests(tests))

    def _after_one(self, inside: Node) -> Test:
        """`x in (1..5)` and `x in (a) + b` look like a list of tests until here."""
        if self.skip_if(".."):
            inside = forms.range_from(self, inside, included=False)
        else:
            self.expect(")")
        return ExpressionTest(self.continued(inside, SUM))

    def tests(self) -> tuple[Test, ...]:
        return self.separated(self._test)

    def _test(self, power: int = OR) -> Test:
        token = self.peek_operator()
        if token.says(*COMPARATORS):
            self.take(token)
            return ComparisonTest(token.text, self.expression(SUM))
        return ExpressionTest(self.expression(power))

    def is_dash(self) -> bool:
        """Is there nothing but a dash, and comments perhaps?"""
        if self.skip_if("-") and self.peek_operator().kind == "end":
            return True
        self.at = 0
        return False

    def negated_tests(self) -> Tests | None:
        """`not(...)` if that is all there is; `not(a) and b` is an expression."""
        if self.skip_if("not") and self.skip_if("("):
            tests = self.tests()
            if self.skip_if(")") and self.peek_operator().kind == "end":
                return Tests(tests, negated=True)
        self.at = 0
        return None

    def _operand(self) -> Node:
        token = self.next()
        match token.kind:
            case "number":
                return self._number(token)
            case "string":
                return Literal(token.text)
            case "name":
                return self._word(token)
        if token.text == "-":
            return Negation(self.expression(INSTANCE))
        form = forms.BRACKETS.get(token.text)
        return form(self) if form else self.fail("an expression", token)

    def _number(self, token: Token) -> Node:
        try:
            return Literal(CONTEXT.create_decimal(token.text))
        except ArithmeticError:
            self.fail("a number below 1E+6145", token)

    def _word(self, token: Token) -> Node:
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if token.text == "function" and not self.peek_operator().says("("):
            return Name(token.text, token.start)
        if form := forms.WORDS.get(token.text):
            return form(self)
        if token.text in _RESERVED:
            self.fail("an expression", token)
        return Name(token.text, token.start)
