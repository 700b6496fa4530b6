"""What a template may say, looked at in its tree before any of it is compiled.

A list of what is allowed, not of what is dangerous: whatever Jinja learns in a later release is refused here until
somebody allows it. Nothing is computed or called, so nothing grows but by loops over data, which are counted.
"""

from collections.abc import Collection, Iterator
from inspect import signature

from jinja2 import nodes

from cpm.writing.faults import TemplateFault
from cpm.writing.formats import FORMATS

#: Filters that only this file puts into a tree; no template can name them.
WRITTEN, PRESENT, EACH = "written!", "present!", "each!"
DEFAULT = "default"
TESTS = frozenset({"defined", "even", "odd"})
LOOP = frozenset({"index", "index0", "first", "last", "length"})
_MOST_ARGUMENTS = {DEFAULT: 1} | {name: len(signature(each).parameters) - 2 for name, each in FORMATS.items()}
_DEEPEST = 30  #: levels of a tree; Python's own compiler gives up at a hundred blocks
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.For,
    nodes.Filter,
    nodes.Test,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.List,
    nodes.Tuple,
)


def check(tree: nodes.Node, depth: int = 0) -> None:
    """Raises TemplateFault for the first thing that no template may say."""
    if depth > _DEEPEST:
        raise _fault(tree, "is nested too deeply", "ist zu tief verschachtelt")
    if not isinstance(tree, _ALLOWED):
        raise _fault(
            tree,
            f"says {type(tree).__name__.lower()}, and templates neither compute nor call",
            "will rechnen oder etwas aufrufen; Vorlagen setzen nur ein",
        )
    for reason in _against(tree):
        raise _fault(tree, *reason)
    for child in tree.iter_child_nodes():
        if not (isinstance(tree, nodes.Getattr) and _is_loop(child)):
            check(child, depth + 1)


def _against(node: nodes.Node) -> Iterator[tuple[str, str]]:
    match node:
        case nodes.Name(name=name) if name.startswith("_") or name in ("loop", "self"):
            yield f"names {name!r}", f"nennt „{name}“"
        case nodes.Const(value=value) if not isinstance(value, str | int | None):
            yield "has a number with a point", "enthält eine Kommazahl"
        case nodes.Getattr(node=inner, attr=attr) if attr.startswith("_") or (
            _is_loop(inner) and attr not in LOOP
        ):
            yield f"names .{attr}", f"nennt .{attr}"
        case nodes.Getitem(arg=arg) if not isinstance(arg, nodes.Const | nodes.Name):
            yield "has [ ] with more than a name or a number", "hat in [ ] mehr als Name oder Zahl"
        case nodes.For(recursive=True):
            yield "has a recursive loop", "enthält eine rekursive Schleife"
        case nodes.Filter(name=name):
            yield from _against_filter(node, name)
        case nodes.Test(name=name) if name not in TESTS:
            yield f"asks 'is {name}'; known: {_list(TESTS)}", f"fragt „is {name}“; bekannt: {_list(TESTS)}"


def _against_filter(node: nodes.Filter, name: str) -> Iterator[tuple[str, str]]:
    known = {*FORMATS, DEFAULT}
    if name not in known:
        yield (
            f"has the format {name!r}, which there is not; known: {_list(known)}",
            f"nennt das Format „{name}“, das es nicht gibt; bekannt: {_list(known)}",
        )
    elif node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
        yield (
            "has a format in another way than {{value|format}}",
            "nutzt ein Format anders als {{Wert|Format}}",
        )
    elif len(node.args) > _MOST_ARGUMENTS[name]:
        yield f"gives {name} too many arguments", f"gibt {name} zu viele Angaben"
    elif name != DEFAULT and not all(isinstance(arg, nodes.Const) for arg in node.args):
        yield (
            f"gives {name} more than fixed texts or numbers",
            f"gibt {name} anderes als feste Texte oder Zahlen",
        )


def prepare(tree: nodes.Template) -> None:
    """Bare placeholders are written by their names, null counts as missing, and loops are counted."""
    for output in tree.find_all(nodes.Output):
        output.nodes = [_written(each) for each in output.nodes]
    for loop in tree.find_all(nodes.For):
        assert isinstance(loop.iter, nodes.Expr), "what is looped over is a value"
        loop.iter = _filter(EACH, loop.iter, path(loop.iter))
    for used in tree.find_all(nodes.Filter):
        if used.name in FORMATS and isinstance(used.node, nodes.Expr):
            used.node = _filter(PRESENT, used.node, path(used.node))


def path(node: nodes.Node | None) -> str:
    """customer.name: as the person who wrote the template calls it."""
    match node:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(node=inner, attr=attr):
            return f"{path(inner)}.{attr}"
        case nodes.Getitem(node=inner, arg=nodes.Const(value=key)):
            return f"{path(inner)}.{key}"
        case nodes.Filter(node=inner) | nodes.Or(left=inner):
            return path(inner)
        case nodes.Const(value=value):
            return str(value).lower()
    return ""


def _written(node: nodes.Expr) -> nodes.Expr:
    match node:
        case nodes.TemplateData():
            return node
        case nodes.CondExpr():
            node.expr1 = _written(node.expr1)
            node.expr2 = node.expr2 and _written(node.expr2)
            return node
    return _filter(WRITTEN, node, path(node).rpartition(".")[2], path(node))


def _filter(name: str, node: nodes.Expr, *args: str) -> nodes.Filter:
    consts = [nodes.Const(arg, lineno=node.lineno) for arg in args]
    made = nodes.Filter(node, name, consts, [], None, None, lineno=node.lineno)
    made.environment = node.environment
    return made


def _is_loop(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop"


def _list(names: Collection[str]) -> str:
    return ", ".join(sorted(names))


def _fault(node: nodes.Node, english: str, german: str) -> TemplateFault:
    line = node.lineno
    return TemplateFault(
        line,
        f"Expected a template of placeholders, formats, if and for, but line {line} {english}.",
        de=f"Eine Vorlage besteht aus Platzhaltern, Formaten, if und for; Zeile {line} {german}.",
    )
