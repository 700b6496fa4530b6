"""Does every reference of the file name what is there, and do flows and their ends agree about each other?"""

from collections.abc import Iterator, Mapping

from lxml import etree

from cpm.bpmn.checks.grammar import Kind, kind_of
from cpm.bpmn.findings import Reason
from cpm.bpmn.words import german
from cpm.bpmn.xmlnames import BPMN, local, text_of

Kinds = Mapping[str, Kind]


def kinds_by_id(root: etree._Element) -> dict[str, Kind]:
    found = ((element.get("id"), kind_of(local(element))) for element in root.iter(f"{BPMN}*"))
    return {name: kind for name, kind in found if name and kind}


def reference_problems(
    element: etree._Element, kind: Kind, known: Kinds, passed: frozenset[str]
) -> Iterator[tuple[etree._Element, Reason]]:
    """`passed` are attributes that somebody else looks at."""
    for name, attribute in kind.attributes.items():
        text = element.get(name) if attribute.names and name not in passed else None
        if text is not None and not _names_one(element, text, attribute.names, known):
            yield element, _dangling(name, text, attribute.names, kind.section)
    for child in element:
        allowed = kind.children.get(local(child))
        text = text_of(child) or ""
        if allowed and allowed.names and not _names_one(child, text, allowed.names, known):
            yield child, _dangling(local(child), text, allowed.names, kind.section)


def _names_one(element: etree._Element, text: str, kinds: frozenset[str], known: Kinds) -> bool:
    name = local_name(element, text)
    if name is None:
        return True
    found = known.get(name)
    return found is not None and ("baseElement" in kinds or not kinds.isdisjoint(found.bases))


def _dangling(name: str, text: str, kinds: frozenset[str], section: str) -> Reason:
    wanted = " or ".join(sorted(kinds)) if len(kinds) < 4 else "one that fits here"
    gewollt = " oder ".join(sorted(map(german, kinds))) if len(kinds) < 4 else "eins, das hierher passt"
    return Reason(
        f"Expected {name} to name an element of this file ({wanted}), but {text!r:.80} is none.",
        f"{name} muss ein Element dieser Datei nennen ({gewollt}), {text!r:.80} ist keins.",
        section,
    )


def local_name(element: etree._Element, reference: str) -> str | None:
    """The id that a QName names in this file; None if it names something in another file, which is not looked at."""
    prefix, colon, name = reference.strip().rpartition(":")
    space = element.nsmap.get(prefix) if colon else None
    if space is None:
        return reference.strip()
    top = element.getroottree().getroot().get("targetNamespace")
    return name if space == top else None


def flow_problems(root: etree._Element) -> Iterator[tuple[etree._Element, Reason]]:
    """BPMN 2.0.2, 8.4.7: a node's incoming and outgoing are the flows that lead to it and away from it.

    Who writes a file by hand leaves them out, and nothing is lost; but a process that names some names all.
    """
    for process in root.iterfind(f"{BPMN}process"):
        flows = {flow.get("id", ""): flow for flow in process.iter(f"{BPMN}sequenceFlow")}
        listed = {way: _listed(process, way) for way in ("incoming", "outgoing")}
        for way, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            for entry, owner, name in listed[way]:
                flow = flows.get(name)
                if flow is not None and flow.get(end) != owner:
                    yield entry, _contradiction(way, end, name, owner)
            if any(listed.values()):
                told = {name for _, _, name in listed[way]}
                for name, flow in flows.items():
                    if name and name not in told:
                        yield flow, _unlisted(way, end, flow.get(end, ""))


def _listed(process: etree._Element, way: str) -> list[tuple[etree._Element, str, str]]:
    """Each entry with the node it stands in and the flow it names."""
    found = []
    for entry in process.iter(f"{BPMN}{way}"):
        owner = entry.getparent()
        name = local_name(entry, entry.text or "")
        if owner is not None and name is not None:
            found.append((entry, owner.get("id", ""), name))
    return found


def _contradiction(way: str, end: str, flow: str, owner: str) -> Reason:
    return Reason(
        f"Expected {way} to name a flow whose {end} is {owner!r}, but that of {flow!r} is another.",
        f"{way} nennt {flow!r}, aber {end} dieses Sequenzflusses ist nicht {owner!r}.",
        "8.4.7",
    )


def _unlisted(way: str, end: str, node: str) -> Reason:
    return Reason(
        f"Expected {node!r}, the {end} of this flow, to name it as {way}, but it does not.",
        f"{node!r} ist {end} dieses Sequenzflusses, nennt ihn aber nicht als {way}.",
        "8.4.7",
    )
