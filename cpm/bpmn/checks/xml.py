"""Is the file what BPMN's schema allows? Attributes, their values, and what stands in what; the order is free."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from cpm.bpmn.checks.grammar import Attribute, Kind, kind_of, place
from cpm.bpmn.findings import Reason
from cpm.bpmn.words import german
from cpm.bpmn.xmlnames import BPMN, in_bpmn, local, text_of

#: A name without colons (XML Schema 1.0, part 2, 3.3.8 and 3.3.7).
_NAME = re.compile(r"[^\W\d][\w.\-·]*")
#: Ids are parts of keys, and no index of PostgreSQL holds much longer ones.
LONGEST_ID = 200

#: What an XML Schema attribute is read for in each form.
_FORMS = {
    "b": (re.compile("true|false|0|1"), "true or false", "true oder false"),
    "i": (re.compile(r"[+-]?\d{1,18}"), "a whole number", "eine ganze Zahl"),
    "n": (
        _NAME,
        "a name of letters, digits, '_', '-' and '.'",
        "ein Name aus Buchstaben, Ziffern, „_“, „-“ und „.“",
    ),
}


def xml_problems(
    element: etree._Element, kind: Kind, passed: frozenset[str] = frozenset()
) -> Iterator[tuple[etree._Element, Reason]]:
    """What is wrong with this element, not with those in it; `passed` are attributes that somebody else looks at."""
    for name, value in element.attrib.items():
        if not str(name).startswith("{") and (reason := _attribute_problem(kind, str(name), str(value))):
            yield element, reason
    for name, attribute in kind.attributes.items():
        if attribute.needed and element.get(name) is None and name not in passed:
            yield element, _missing(kind, name)
    if not kind.open:
        yield from _text_problems(element, kind)
        yield from _children_problems(element, kind)


def _attribute_problem(kind: Kind, name: str, value: str) -> Reason | None:
    attribute = kind.attributes.get(name)
    if attribute is None:
        return Reason(
            f"Expected {kind.name} with attributes that BPMN has there, but {name!r:.80} is none.",
            f"Das Attribut {name!r:.80} gibt es in BPMN an dieser Stelle nicht ({german(kind.name)}).",
            kind.section,
        )
    return _form_problem(kind, name, value.strip(), attribute) if attribute.form else None


def _form_problem(kind: Kind, name: str, value: str, attribute: Attribute) -> Reason | None:
    if attribute.form in _FORMS:
        pattern, wanted, gewollt = _FORMS[attribute.form]
        fits = pattern.fullmatch(value) is not None
    else:
        words = attribute.form.split("/")
        wanted, gewollt = f"one of {', '.join(words)}", f"eins von {', '.join(words)}"
        fits = value in words
    if fits and name == "id" and len(value) > LONGEST_ID:
        return Reason(
            f"Expected an id of at most {LONGEST_ID} characters, but it has {len(value)}.",
            f"Eine id hat höchstens {LONGEST_ID} Zeichen, diese hat {len(value)}.",
        )
    if fits:
        return None
    return Reason(
        f"Expected {name} to be {wanted}, but it is {value!r:.80}.",
        f"{name} ist {gewollt}, hier steht {value!r:.80}.",
        kind.section,
    )


def _missing(kind: Kind, name: str) -> Reason:
    return Reason(
        f"Expected {kind.name} with {name}, but there is none.",
        f"Hier fehlt {name} ({german(kind.name)}).",
        kind.section,
    )


def _text_problems(element: etree._Element, kind: Kind) -> Iterator[tuple[etree._Element, Reason]]:
    for text in (element.text, *(child.tail for child in element)):
        if text and text.strip():
            yield (
                element,
                Reason(
                    f"Expected no text between the elements in {kind.name}, but here is {text.strip()!r:.80}.",
                    f"Text steht in BPMN hier nicht zwischen den Elementen ({german(kind.name)}): {text.strip()!r:.80}.",
                    kind.section,
                ),
            )


def _children_problems(element: etree._Element, kind: Kind) -> Iterator[tuple[etree._Element, Reason]]:
    count: Counter[str] = Counter()
    for child in element:
        if not in_bpmn(child):
            if kind.name != "definitions":  # which holds the drawing
                yield child, _foreign(child)
            continue
        name = local(child)
        where = place(kind.name, name)
        if where is None:
            yield child, misplaced(kind, name)
            continue
        count[where] += 1
        most = kind.children[where].most
        if most is not None and count[where] > most:
            yield child, _too_many(kind, name)
    for name, allowed in kind.children.items():
        if count[name] < allowed.least:
            yield element, _missing(kind, name)


def misplaced(kind: Kind, name: str) -> Reason:
    known = f" ({german(name)})" if german(name) != name else ""
    return Reason(
        f"Expected in {kind.name} what BPMN has there, but {name!r:.80} is not.",
        f"{name!r:.80}{known} gibt es in BPMN an dieser Stelle nicht ({german(kind.name)}).",
        kind.section,
    )


def _too_many(kind: Kind, name: str) -> Reason:
    return Reason(
        f"Expected one {name} in {kind.name}, but this is another.",
        f"{name} steht hier höchstens einmal, dies ist ein weiteres ({german(kind.name)}).",
        kind.section,
    )


def _foreign(child: etree._Element) -> Reason:
    space = str(child.tag).rpartition("}")[0].removeprefix("{")
    return Reason(
        f"Expected elements of BPMN's namespace {BPMN[1:-1]}, but {local(child)!r:.80} is of {space!r:.80}.",
        f"{local(child)!r:.80} gehört nicht zum Namensraum von BPMN ({BPMN[1:-1]}), sondern zu {space!r:.80}; "
        "anderes steht nur in extensionElements.",
        "8.3.3",
    )


def empty_problems(element: etree._Element) -> Iterator[tuple[etree._Element, Reason]]:
    """8.4.6: an expression says something. Of a default flow nobody asks it."""
    for child in element:
        name = local(child)
        if name in _EXPRESSIONS and in_bpmn(child) and text_of(child) is None and not _is_default(element):
            yield (
                child,
                Reason(
                    f"Expected an expression in {name}, but it is empty.",
                    f"In {name} fehlt der Ausdruck.",
                    "8.4.6",
                ),
            )


_EXPRESSIONS = {
    *("conditionExpression", "condition", "completionCondition", "loopCondition", "loopCardinality"),
    *("activationCondition", "transformation", "from", "to"),
}


def _is_default(flow: etree._Element) -> bool:
    name, holder = flow.get("id"), flow.getparent()
    return holder is not None and any(each.get("default") == name for each in holder if name)


def walk(root: etree._Element) -> Iterator[tuple[etree._Element, Kind]]:
    """All elements of BPMN with their kinds, from the top down; not what lies in extensions, texts and expressions."""
    todo = [root]
    while todo:
        element = todo.pop()
        kind = kind_of(local(element))
        if kind is not None and in_bpmn(element):
            yield element, kind
            if not kind.open:
                todo += reversed(element)
