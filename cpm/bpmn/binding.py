"""Which version an element means (docs.camunda.io, "Resource binding"): its address says so.

`goodwill` is what was in force when the process was deployed, `goodwill@latest` what is in force when the step is reached,
`goodwill@=1.2` the newest with the version tag 1.2. No id has an `@`.
"""

from lxml import etree

from cpm.bpmn.findings import Reason

LATEST = "@latest"
_TAGGED = "@="
ATTRIBUTES = {"bindingType", "versionTag"}
_TYPES = ("deployment", "latest", "versionTag")


def bare(address: str) -> str:
    return address.partition("@")[0]


def latest(address: str) -> bool:
    return address.endswith(LATEST)


def tag_of(address: str) -> str | None:
    return address.partition(_TAGGED)[2] or None


def tagged(name: str, tag: str) -> str:
    return f"{name}{_TAGGED}{tag}"


def said(address: str, language: str) -> str:
    """As a sentence names it."""
    name, tag = bare(address), tag_of(address)
    if tag is None:
        return repr(name)
    return f"{name!r} {'mit dem Versionskennzeichen' if language == 'de' else 'with the version tag'} {tag!r}"


def address(name: str, element: etree._Element) -> str:
    match element.get("bindingType"):
        case "latest":
            return name + LATEST
        case "versionTag":
            return tagged(name, element.get("versionTag", ""))
    return name


def called(element: etree._Element) -> str:
    """The address of a called process. The latest is the one in force at deployment, for a caller gets a new version
    whenever one that it calls does.
    """
    found = address(element.get("processId", ""), element)
    return bare(found) if latest(found) else found


def problem(element: etree._Element) -> Reason | None:
    kind, tag = element.get("bindingType", "deployment"), element.get("versionTag")
    if kind not in _TYPES:
        return Reason(
            f"Expected the binding to be one of {', '.join(_TYPES)}, but it is {kind!r}.",
            f"Eine Bindung ist {', '.join(_TYPES[:-1])} oder {_TYPES[-1]}, nicht {kind!r}.",
        )
    if (kind == "versionTag") != bool(tag):
        return Reason(
            "Expected a versionTag with the binding 'versionTag' and only there, but it is not so.",
            "Ein versionTag gehört zur Bindung 'versionTag', und nur dazu; hier fehlt eins von beiden.",
        )
    return None
