"""Why a token has no place in the new version, and what to do about it."""

from cpm.bpmn.findings import Reason
from cpm.bpmn.migrating.layout import Spot
from cpm.bpmn.spiff import Token

_FIRST = "let it go on or move it first"
_ZUERST = "lassen Sie den Vorgang dort weitergehen oder versetzen Sie ihn zuerst"


def name(token: Token) -> str:
    spec = token.task_spec
    return str(spec.node.name or spec.element)


def unmapped(token: Token) -> Reason:
    return Reason(
        f"Expected to go on from {name(token)!r}, but the new version has nothing in its place: map it to an element, or {_FIRST}.",
        f"„{name(token)}“ hat in der neuen Version nichts, was ihm entspricht: Ordnen Sie ihm ein Element zu, oder {_ZUERST}.",
    )


def unmapped_around(token: Token) -> Reason:
    return Reason(
        f"Expected to map {name(token)!r}, in which something runs, but it has nothing in its place, and what is inside cannot go on without it: "
        f"map it to an element, or {_FIRST}.",
        f"In „{name(token)}“ läuft etwas, das ohne es nicht weitergehen kann; die neue Version hat nichts, was ihm entspricht: "
        f"Ordnen Sie ihm ein Element zu, oder {_ZUERST}.",
    )


def unknown(token: Token, key: str) -> Reason:
    return Reason(
        f"Expected to map {name(token)!r} to an element of the new version, but {key!r} is none.",
        f"„{name(token)}“ ist {key!r} zugeordnet; das gibt es in der neuen Version nicht.",
    )


def other_process(token: Token) -> Reason:
    return Reason(
        f"Expected {name(token)!r} to stay in its process, but the plan maps it into another: map it to an element of the same one.",
        f"„{name(token)}“ ist einem Element eines anderen Prozesses zugeordnet: Wählen Sie eins aus demselben Prozess.",
    )


def out_of(token: Token, host: Token) -> Reason:
    return Reason(
        f"Expected {name(token)!r} to stay inside {name(host)!r}, but it would leave one of several instances, a chosen or an undone activity: {_FIRST}.",
        f"„{name(token)}“ käme aus „{name(host)}“ heraus, das mehrfach läuft, gewählt wurde oder rückgängig gemacht wird: "
        f"{_ZUERST[0].upper()}{_ZUERST[1:]}.",
    )


def into(token: Token, spot: Spot, *, several: bool) -> Reason:
    if several:
        return Reason(
            f"Expected one {spot.name!r} for {name(token)!r} to come into, but several of it run: {_FIRST}.",
            f"„{name(token)}“ käme in „{spot.name}“ hinein, und davon laufen mehrere: {_ZUERST[0].upper()}{_ZUERST[1:]}.",
        )
    return Reason(
        f"Expected {name(token)!r} to come into a subprocess that begins by itself, but {spot.name!r} is repeated, chosen in or begun by an event: {_FIRST}.",
        f"„{name(token)}“ käme in „{spot.name}“ hinein, das mehrfach läuft, in dem gewählt wird oder das ein Ereignis beginnt: "
        f"{_ZUERST[0].upper()}{_ZUERST[1:]}.",
    )


def inside_itself(token: Token) -> Reason:
    return Reason(
        f"Expected {name(token)!r} to have one place, but the plan puts it inside itself.",
        f"Nach dem Plan läge „{name(token)}“ in sich selbst.",
    )


def flow_gone(token: Token, flow: str) -> Reason:
    return Reason(
        f"Expected what waits at {name(token)!r} to have come on a flow that still leads there, but {flow!r} does not: "
        "say which flow it is now, or let the other branches arrive first.",
        f"An „{name(token)}“ wartet ein Zweig, der über den Sequenzfluss {flow!r} kam; den gibt es dort nicht mehr: "
        "Ordnen Sie ihm einen Sequenzfluss zu, oder warten Sie, bis die anderen Zweige da sind.",
    )


def nothing_to_undo(token: Token) -> Reason:
    return Reason(
        "Expected what is being undone to be undone to its end, but the new version has nothing there that undoes: wait until it is over.",
        f"Hier wird gerade etwas rückgängig gemacht ({token.workflow.spec.name}), und die neue Version kann dort nichts rückgängig machen: "
        "Warten Sie, bis es vorüber ist.",
    )


def undone_elsewhere(token: Token) -> Reason:
    return Reason(
        f"Expected {name(token)!r}, which undoes something at present, to be in the same subprocess, but it is not: wait until it is over.",
        f"„{name(token)}“ macht gerade etwas rückgängig und läge in einem anderen Teilprozess: Warten Sie, bis es vorüber ist.",
    )


def cannot_be_undone(element: str) -> Reason:
    return Reason(
        f"Expected {element!r}, which was done and can be undone, to be undone in the new version too, but nothing does: "
        "map it to an activity that something undoes, or agree that this is forgotten.",
        f"{element!r} ist getan und ließe sich rückgängig machen; in der neuen Version geht das nicht mehr: "
        "Ordnen Sie es einer Aktivität zu, die etwas rückgängig macht, oder stimmen Sie zu, dass es vergessen wird.",
    )


def other_value(variable: str, host: str) -> Reason:
    return Reason(
        f"Expected the variables of {host!r}, which is no more, to find room around it, but {variable!r} is there with another value: "
        "set it to the value that is meant first.",
        f"{host!r} gibt es nicht mehr, seine Daten kämen nach außen; dort hat {variable!r} aber einen anderen Wert: "
        "Setzen Sie zuerst den Wert, der gelten soll.",
    )


def no_input(host: str, why: str) -> Reason:
    return Reason(
        f"Expected to begin {host!r} around what runs already, but its inputs cannot be had: {why}",
        f"{host!r} lässt sich nicht um das beginnen, was schon läuft, denn seine Eingaben fehlen: {why}",
    )


def not_together(token: Token, other: Token) -> Reason:
    return Reason(
        f"Expected {name(token)!r} and {name(other)!r} to be possible at the same time, but in the new version one comes after the other: {_FIRST}.",
        f"„{name(token)}“ und „{name(other)}“ laufen jetzt zugleich, in der neuen Version aber nie: {_ZUERST[0].upper()}{_ZUERST[1:]}.",
    )


def branch_missing(join: str, flow: str) -> Reason:
    return Reason(
        f"Expected a token on each branch that {join!r} waits for, but nothing runs on the one that comes by {flow!r}, and it is not clear where "
        "that begins: say that it has passed, or move a token there.",
        f"{join!r} wartet auf jeden Zweig, aber auf dem, der über {flow!r} kommt, läuft nichts, und es ist nicht klar, wo er beginnt: "
        "Legen Sie fest, dass er als durchlaufen gilt, oder versetzen Sie den Vorgang zuerst.",
    )


def would_wait_for_ever(token: Token) -> Reason:
    return Reason(
        f"Expected the other branches to be able to arrive at {name(token)!r}, but after the migration none could: {_FIRST}.",
        f"An „{name(token)}“ könnte nach dem Umzug kein anderer Zweig mehr ankommen: {_ZUERST[0].upper()}{_ZUERST[1:]}.",
    )


def too_many_to_undo(token: Token) -> Reason:
    return Reason(
        f"Expected the instances of {name(token)!r} to be so few that each can be undone, but they are many and the new version would undo them: "
        "wait until they are done.",
        f"„{name(token)}“ läuft so oft, dass die Ausführungen für sich liegen, und in der neuen Version ließe sich jede rückgängig machen: "
        "Warten Sie, bis sie getan sind.",
    )
