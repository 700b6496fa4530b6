"""Why a token cannot be taken away, or an element not be begun by hand."""

from cpm.bpmn.findings import Reason
from cpm.bpmn.model import Node


def _name(node: Node) -> str:
    return node.name or node.id


def nothing() -> Reason:
    return Reason(
        "Expected something to be taken away or begun, but nothing is named.",
        "Es ist nichts genannt, das entfallen oder beginnen soll.",
    )


def gone(node: int) -> Reason:
    return Reason(
        f"Expected something to stand at node {node}, but nothing does any more.",
        f"An der Stelle {node} steht nichts mehr.",
    )


def being_undone(node: Node) -> Reason:
    return Reason(
        f"Expected to take {_name(node)!r} away, but it sees to what is being undone: take the event away that asked for it.",
        f"„{_name(node)}“ macht gerade etwas rückgängig: Bitte das Ereignis wegnehmen, das es ausgelöst hat.",
    )


def beside(node: Node) -> Reason:
    return Reason(
        f"Expected to take {_name(node)!r} away, but it only waits beside something else and ends with that.",
        f"„{_name(node)}“ wartet nur neben etwas anderem und endet mit ihm.",
    )


def unknown(element: str) -> Reason:
    return Reason(
        f"Expected to begin an element of this process, but {element!r:.80} is none.",
        f"„{element:.80}“ gibt es in diesem Prozess nicht.",
    )


def starts(node: Node) -> Reason:
    return Reason(
        f"Expected to begin an element in the flow, but {_name(node)!r} is where something starts: begin what follows it.",
        f"Mit „{_name(node)}“ beginnt etwas; dorthin lässt sich nichts setzen. Bitte das wählen, was danach kommt.",
    )


def boundary(node: Node) -> Reason:
    return Reason(
        f"Expected to begin an element in the flow, but {_name(node)!r} waits at another: begin that, or what follows the event.",
        f"„{_name(node)}“ wartet an etwas anderem. Bitte dieses wählen oder das, was auf das Ereignis folgt.",
    )


def begun_by_event(node: Node) -> Reason:
    return Reason(
        f"Expected to begin an element in the flow, but {_name(node)!r} is begun by its event: begin an element in it.",
        f"„{_name(node)}“ beginnt mit seinem Ereignis. Bitte einen Schritt darin wählen.",
    )


def undoes(node: Node) -> Reason:
    return Reason(
        f"Expected to begin an element in the flow, but {_name(node)!r} only undoes another.",
        f"„{_name(node)}“ macht nur etwas anderes rückgängig.",
    )


def behind(node: Node, gateway: Node) -> Reason:
    return Reason(
        f"Expected to begin an element by itself, but {_name(node)!r} belongs to the event gateway {_name(gateway)!r}: begin that.",
        f"„{_name(node)}“ gehört zum ereignisbasierten Gateway „{_name(gateway)}“. Bitte dieses wählen.",
    )


def several(element: str) -> Reason:
    return Reason(
        f"Expected one scope for {element!r} to begin in, but several run: say inside which.",
        f"Wo „{element}“ beginnen soll, läuft mehreres nebeneinander: Bitte angeben, in welchem davon.",
    )


def not_inside(element: str) -> Reason:
    return Reason(
        f"Expected a running scope around {element!r} to begin it in, but what is named is none.",
        f"Was als Umgebung für „{element}“ genannt ist, läuft nicht oder umgibt ihn nicht.",
    )


def inside_gone(element: str) -> Reason:
    return Reason(
        f"Expected a scope that stays for {element!r}, but it is taken away by the same act.",
        f"Worin „{element}“ beginnen soll, wird zugleich weggenommen.",
    )


def not_running(element: str) -> Reason:
    return Reason(
        f"Expected what is around {element!r} to run, but it does not, and it cannot be begun in the middle: "
        "it is another process or done several times. Begin the whole.",
        f"Was „{element}“ umgibt, läuft nicht, und mittendrin kann es nicht beginnen, denn es ist ein anderer Prozess oder "
        "wird mehrfach ausgeführt. Bitte das Ganze wählen.",
    )


def closing(node: Node) -> Reason:
    return Reason(
        f"Expected to begin something in {_name(node)!r}, but that only waits for what still runs in it.",
        f"In „{_name(node)}“ beginnt nichts mehr: Es wartet nur noch auf das, was dort läuft.",
    )


def one_at_a_time(node: Node) -> Reason:
    return Reason(
        f"Expected to add an instance of {_name(node)!r}, but it is done one after another, or stands still.",
        f"Für „{_name(node)}“ kann nichts hinzukommen: Es läuft nacheinander ab oder steht gerade still.",
    )


def trouble(element: str, why: str) -> Reason:
    return Reason(
        f"Expected to begin {element!r}, but what it needs cannot be had: {why}",
        f"„{element}“ kann nicht beginnen, denn es fehlt, was dafür gebraucht wird: {why}",
    )
