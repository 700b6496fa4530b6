"""The files of a deployment: what each is, under which key it is known, and what speaks against it by itself."""

import contextlib
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath, PurePosixPath

from lxml import etree

from cpm import bpmn, calendars, forms, places, version_tags
from cpm.commands import decision_checks, text_files
from cpm.commands.decision_checks import Named
from cpm.connectors import http
from cpm.decisions import Shelf
from cpm.forms.circles import circles
from cpm.model import Resource, ResourceKind
from cpm.places import FIRM
from cpm.writing.letters import letter_name
from rules import dmn, xml
from rules.xml import Finding, Refused

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
#: What a person does, or chooses from.
STEPS = ("userTask", "adHocSubProcess")
#: The name of the file that holds the calendars.
CALENDARS = "calendars.toml"
#: The languages that texts are written in.
LANGUAGES = ("de", "en")
#: The folder of a process's letters.
LETTERS = "letters"
#: The folder of the systems that a process calls over HTTP.
HTTP = "http"
_SUFFIXES = frozenset({".bpmn", ".dmn", ".form"})
#: For each of them the whole file is read, while nobody else deploys.
MOST_PROCESSES = 50


@dataclass(frozen=True, slots=True)
class Source:
    kind: ResourceKind
    key: str
    file: str
    content: bytes
    calls: frozenset[str] = frozenset()  #: addresses of the processes a process calls
    steps: frozenset[str] = (
        frozenset()
    )  #: ids of what people do in a process, its file's global tasks among them
    warnings: tuple[Finding, ...] = ()  #: what is worth a look, and no reason to refuse it
    row: int | None = None  #: the id of the stored version that it is, if a newer one is in force

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def owner(self) -> str | None:
        """The process that binds it by its place, or FIRM; None for what is bound by its key."""
        return places.owner(self.kind, self.key)

    def tags(self) -> Mapping[str, str]:
        """Version tags by the id of the process, decision or form that has one."""
        if self.kind == ResourceKind.FORM:
            tag = version_tags.of_form(self.content)
            return {self.key: tag} if tag else {}
        found = version_tags.of_xml(self.content)
        if self.kind == ResourceKind.PROCESS:
            return {key: tag for key, tag in found.items() if key == self.key}
        return found


def read(
    files: Mapping[str, bytes], teams: frozenset[str], hours: frozenset[str], decisions: Shelf
) -> tuple[list[Source], list[Finding]]:
    """The sources, and the findings about those that are none.

    `teams` and `hours` (calendars) are those that decisions may name, `decisions` those in force that they may import;
    calendars and decisions among the files are more of them.
    """
    named = Named(teams, hours | _hours_of(files), decisions.with_others(_decisions_of(files)))
    sources: list[Source] = []
    findings: list[Finding] = []
    for file, content in files.items():
        try:
            sources += _of_file(file, content, named)
        except Refused as error:
            findings += error.findings
    for source in _twice(sources):
        findings.append(
            Finding(
                source.file,
                None,
                source.key,
                f"Expected one {source.kind} {source.key}, but there are two.",
                f"{source.key} gibt es zweimal ({source.kind}).",
            )
        )
    return sources, [*findings, *decision_checks.against_importers(decisions, named)]


def deployable(path: PurePath) -> bool:
    """Whether a file of a folder is one to deploy, by its name and place."""
    if path.name == CALENDARS or path.suffix.lower() in _SUFFIXES:
        return True
    return (path.suffix == ".toml" and path.parent.name in {"texts", HTTP}) or (
        path.parent.name == LETTERS and letter_name(path.name) is not None
    )


def kept(resource: Resource) -> Source:
    """What is in force, as it was taken: whether it still pleases us is no business of those deployed beside it."""
    found = Source(resource.kind, resource.key, resource.file, resource.content)
    if resource.kind == ResourceKind.PROCESS:
        with contextlib.suppress(Refused):  # the process that calls it says so, with file and line
            drawn = [p for p in _executable(found.file, found.content) if p.get("id") == found.key]
            found = next((_process(p, found.file, found.content) for p in drawn), found)
    return found


def older(resource: Resource) -> Source:
    """A version that is not in force any more."""
    return replace(kept(resource), row=resource.id)


def process_ids(file: str, content: bytes) -> list[str]:
    """Those of the executable processes in it. Raises Refused if there is none."""
    return [source.key for source in _processes(file, content)]


def _of_file(file: str, content: bytes, named: Named) -> list[Source]:
    """Raises Refused with everything that is wrong with this file alone."""
    match PurePosixPath(file).suffix:
        case ".bpmn":
            return _processes(file, content)
        case ".dmn":
            return [_decision(file, content, named)]
        case ".form":
            return [Source(ResourceKind.FORM, _form(file, content).id, file, content)]
        case ".toml" if PurePosixPath(file).name == CALENDARS:
            return [_calendars(file, content)]
        case _ if PurePosixPath(file).parent.name == LETTERS:
            return [_letter(file, content)]
        case ".toml" if PurePosixPath(file).parent.name == HTTP:
            return [_operations(file, content)]
        case ".toml":
            return [_texts(file, content)]
    raise _refused(
        file,
        "Expected a file that ends in .bpmn, .dmn, .form or .toml, or one in a folder 'letters', but this one does not.",
        "Dateien enden auf .bpmn, .dmn, .form oder .toml, oder sie liegen in einem Ordner „letters“; diese nicht.",
    )


def _form(file: str, content: bytes) -> forms.Form:
    """What is in force already is read without this: it stands as it did."""
    form = forms.read(content, file)
    if found := list(circles(form)):
        raise Refused(
            [
                Finding(
                    file,
                    None,
                    key,
                    f"Expected a condition that does not depend on what it hides, but {key} does by way of {', '.join(way)}.",
                    f"Eine Bedingung darf nicht von dem abhängen, was sie ausblendet; {key} tut es über {', '.join(way)}.",
                )
                for key, way in found
            ]
        )
    return form


def _processes(file: str, content: bytes) -> list[Source]:
    """Only what is needed to know them by; whether they run is asked when their parts are together."""
    executable = _executable(file, content)
    if not executable or not all(process.get("id") for process in executable):
        bpmn.prepare({file: content})  # says so, and what else is wrong with it
    if any(process.get("id") == FIRM for process in executable):
        raise _refused(
            file,
            f"Expected a process with an id of its own, but {FIRM} stands for what all processes share.",
            f"Kein Prozess heißt {FIRM}: Der Name steht für das, was alle Prozesse gemeinsam haben.",
        )
    if len(executable) > MOST_PROCESSES:
        raise _refused(
            file,
            f"Expected at most {MOST_PROCESSES} executable processes in a file, but there are {len(executable)}.",
            f"Eine Datei enthält höchstens {MOST_PROCESSES} ausführbare Prozesse, diese {len(executable)}.",
        )
    return [_process(process, file, content) for process in executable]


def _process(process: etree._Element, file: str, content: bytes) -> Source:
    key, steps = str(process.get("id")), process.iter(*(_BPMN + each for each in STEPS))
    shared = process.getroottree().getroot().iterchildren(f"{_BPMN}globalUserTask")
    ids = frozenset(str(step.get("id")) for step in (*steps, *shared))
    return Source(ResourceKind.PROCESS, key, file, content, _called(process), ids)


def _executable(file: str, content: bytes) -> list[etree._Element]:
    root = xml.parse(content, file)
    return [p for p in root.iter(f"{_BPMN}process") if p.get("isExecutable", "").strip() in {"true", "1"}]


def _called(process: etree._Element) -> frozenset[str]:
    """By zeebe's extension or by BPMN's own attribute, but not the global tasks, which need nothing beside the file."""
    root = process.getroottree().getroot()
    own = {str(element.get("id")) for element in root if "}global" in str(element.tag)}
    by_zeebe = process.iter(f"{_ZEEBE}calledElement")
    called = {bpmn.called(element) for element in by_zeebe if element.get("processId")}
    for call in process.iter(f"{_BPMN}callActivity"):
        called.add(call.get("calledElement", "").strip().rpartition(":")[2])
    return frozenset(filter(None, called)) - own


def _decision(file: str, content: bytes, named: Named) -> Source:
    source = dmn.Source(file, content)
    looked = decision_checks.look(source, named.decisions.imported(source))
    if against := looked.errors or decision_checks.against(source, named):
        raise Refused(against)
    return Source(ResourceKind.DECISION, PurePosixPath(file).stem, file, content, warnings=looked.warnings)


def _decisions_of(files: Mapping[str, bytes]) -> dict[str, dmn.Source]:
    """The files of decisions, by their keys."""
    paths = {PurePosixPath(file): dmn.Source(file, content) for file, content in files.items()}
    return {path.stem: source for path, source in paths.items() if path.suffix == ".dmn"}


def _hours_of(files: Mapping[str, bytes]) -> frozenset[str]:
    """The calendars among the files; what is wrong with them is told of their file."""
    found = [content for file, content in files.items() if PurePosixPath(file).name == CALENDARS]
    with contextlib.suppress(calendars.Unreadable):
        return frozenset(name for content in found for name in calendars.read(content).each)
    return frozenset()


def _calendars(file: str, content: bytes) -> Source:
    try:
        calendars.read(content)
    except calendars.Unreadable as error:
        raise Refused(Finding(file, None, None, *reason) for reason in error.reasons) from error
    return Source(ResourceKind.CALENDARS, "calendars", file, content)


def _texts(file: str, content: bytes) -> Source:
    path = PurePosixPath(file)
    if len(path.parts) < 3 or path.parts[-2] != "texts" or path.stem not in LANGUAGES:
        raise _refused(
            file,
            "Expected texts to be named <process>/texts/<de or en>.toml, but they are not.",
            "Texte heißen <Prozess>/texts/<de oder en>.toml, diese nicht.",
        )
    text_files.check(file, content)
    return Source(ResourceKind.TEXTS, f"{path.parts[-3]}.{path.stem}", file, content)


def _letter(file: str, content: bytes) -> Source:
    """Whether it can be made is asked when its parts are together (`letter_checks`)."""
    path = PurePosixPath(file)
    if len(path.parts) < 3 or letter_name(path.name) is None:
        raise _refused(
            file,
            "Expected letters to be named like <process>/letters/answer.de.typ (.docx, .toml, .txt), parts like head.typ, and "
            "sample data like answer.json, but this one is not.",
            "Schreiben heißen wie <Prozess>/letters/antwort.de.typ (.docx, .toml, .txt), Teile wie kopf.typ, Beispieldaten "
            "wie antwort.json, dieses nicht.",
        )
    kind = ResourceKind.SAMPLE if path.suffix == ".json" else ResourceKind.TEMPLATE
    return Source(kind, f"{path.parts[-3]}/{path.name}", file, content)


def _operations(file: str, content: bytes) -> Source:
    path = PurePosixPath(file)
    if len(path.parts) < 3 or not http.KEY.fullmatch(path.stem):
        raise _refused(
            file,
            "Expected operations to be named <process>/http/<system>.toml, in small letters, but they are not.",
            "Aufrufe anderer Systeme stehen in <Prozess>/http/<system>.toml, klein geschrieben, diese nicht.",
        )
    http.read(content, file)
    return Source(ResourceKind.OPERATIONS, f"{path.parts[-3]}/{path.name}", file, content)


def _twice(sources: list[Source]) -> list[Source]:
    seen: set[tuple[ResourceKind, str]] = set()
    again = []
    for source in sources:
        if (source.kind, source.key) in seen:
            again.append(source)
        seen.add((source.kind, source.key))
    return again


def _refused(file: str, reason: str, german: str) -> Refused:
    return Refused([Finding(file, None, None, reason, german)])
