"""Hand a task over, taken or not: to a colleague, who has it at once, or to a team, whose next one takes it.

What was typed at it stays there, and whoever goes on finds it (`task_drafts`). Again: nothing new.
"""

from functools import partial

from cpm.commands import checks, clashes, holding, interventions, owning, policies, process, showing, teams
from cpm.errors import Forbidden, Invalid, WrongState
from cpm.model import OF_PROCESS, Role, Task, TaskKind, TaskState, Team, User
from cpm.queries import four_eyes, receivers
from cpm.queries.receivers import Bar
from cpm.uow import UnitOfWork

LONGEST = 2_000  #: characters of a note


def hand_over(
    uow: UnitOfWork, task_id: int, *, to: str | None = None, team: str | None = None, note: str = ""
) -> Task:
    """To the colleague of login `to`, or to the team; Invalid if it is both or neither."""
    if team and not to:
        return to_team(uow, task_id, team, note=note)
    if team:
        raise _nobody(
            "Expected a colleague or a team, but both are there",
            "Please name either a person or a team.",
            _BOTH_DE,
        )
    return to_colleague(uow, task_id, to or "", note=note)


def to_colleague(uow: UnitOfWork, task_id: int, login: str, *, note: str = "") -> Task:
    """Invalid if there is nobody of that login; Forbidden says why it cannot be theirs."""
    task, note = _theirs_to_give(uow, task_id, note)
    person = _colleague(uow, login)
    if (task.state, task.assignee) == (TaskState.CLAIMED, person.login):
        return task
    _must_give(uow, task)
    if (bar := receivers.of_person(uow, task, person)) is not None:
        raise _kept_from(task, person, bar)
    _check_policies(uow, task, to=person.login, note=note)
    was_free, holder = task.state == TaskState.READY, _holder(uow, task)
    words = note or None
    with interventions.told(
        uow, task.case, "task.handed_over", **_about(task), holder=holder, note=words, assignee=person.login
    ):
        task.hand_to(person.login)
        _said(uow, task, note)
        owning.took(task, person.login)
    if was_free:
        showing.show(uow, task, to=person.login)
    return task


def to_team(uow: UnitOfWork, task_id: int, key: str, *, note: str = "") -> Task:
    """Free for the team, whichever had it before. Invalid if there is none; Forbidden says why it cannot be theirs."""
    task, note = _theirs_to_give(uow, task_id, note)
    team = teams.to_take_over(uow, key, what="hand it to")
    said = (task.state, task.team, task.handed_by, task.handed_note or "")
    if said == (TaskState.READY, team.key, uow.actor, note):
        return task
    _must_give(uow, task)
    if (bar := receivers.of_team(uow, task, team)) is not None:
        raise _kept_from_team(task, team, bar)
    _check_policies(uow, task, team=team.key, note=note)
    holder, words = _holder(uow, task), note or None
    with interventions.told(
        uow, task.case, "task.handed_over", **_about(task), holder=holder, note=words, team=team.key
    ):
        task.pass_on(team.key)
        _said(uow, task, note)
    return task


def _theirs_to_give(uow: UnitOfWork, task_id: int, note: str) -> tuple[Task, str]:
    task = uow.of_case(Task, task_id)
    uow.must_be_active()
    return task, checks.plain_text("note", note, required=False, longest=LONGEST)


def _must_give(uow: UnitOfWork, task: Task) -> None:
    """Who holds it, stands in for who does, or leads; of what is free, who might take it."""
    if task.kind == TaskKind.INCIDENT:
        raise WrongState(
            f"Expected to hand over exception {task.incident_id} by its remedy, but task {task.id} was to be handed over",
            de="Eine Ausnahme wird mit ihrer Abhilfe „Übergeben“ weitergegeben.",
        )
    if task.kind in OF_PROCESS:
        holding.must_go_on(uow, task.case)
    user = uow.user()
    if task.state == TaskState.READY:
        _might_take(uow, task, user)
    elif not (
        task.state == TaskState.CLAIMED
        and (Role.SUPERVISOR in user.roles or task.assignee in user.stands_in_for)
    ):
        clashes.must_be_held(uow, task, "hand over")


def _might_take(uow: UnitOfWork, task: Task, user: User) -> None:
    if not task.is_for(user) or four_eyes.of_task(uow, task).keep_out(user):
        raise Forbidden(
            f"Expected {user.login} to hand over what they might take, but task {task.id} is not for them",
            de="Übergeben kann eine freie Aufgabe nur, wer sie auch übernehmen dürfte.",
        )


def _colleague(uow: UnitOfWork, login: str) -> User:
    if login == uow.actor:
        raise _nobody("Expected somebody else to hand it to, but it is oneself", "That is you.", _SELF_DE)
    found = uow.session.get(User, login) if login else None
    if found is None or not found.active:
        raise _nobody(
            f"Expected a colleague to hand it to, but {login!r:.60} is none",
            "Nobody of this name works here.",
            _NONE_DE,
        )
    return uow.person(login)


_SELF_DE = "Das sind Sie selbst: Bitte die Aufgabe übernehmen."
_BOTH_DE = "Bitte entweder eine Person oder ein Team angeben."
_NONE_DE = "Bitte angeben, wer es übernehmen soll."


def _nobody(message: str, problem: str, german: str) -> Invalid:
    return Invalid(message, [("to", problem)], de="Der Empfänger fehlt.", problems_de=[("to", german)])


def _kept_from(task: Task, person: User, bar: Bar) -> Forbidden:
    english, german = _OF_PERSON[bar]
    return Forbidden(
        f"Expected to hand task {task.id} to {person.name}, but {english}",
        de=f"{person.name} kann das nicht bekommen: {german}",
    )


def _kept_from_team(task: Task, team: Team, bar: Bar) -> Forbidden:
    english, german = _OF_TEAM[bar]
    return Forbidden(
        f"Expected to hand task {task.id} to team {team.name_en}, but {english}",
        de=f"{team.name_de} kann das nicht bekommen: {german}",
    )


_OF_PERSON = {
    Bar.SIGHT: ("they may not see its case", "Der Vorgang ist vertraulich oder für andere bestimmt."),
    Bar.OTHERS: ("it is for others", "Die Aufgabe ist für ein anderes Team bestimmt."),
    Bar.SKILLS: ("it needs skills that are not among theirs", "Dafür fehlen eingetragene Fähigkeiten."),
    Bar.FOUR_EYES: (
        "it checks what they did or asked for, or another team approves it",
        "Hier gilt das Vier-Augen-Prinzip.",
    ),
    Bar.AWAY: ("they are away just now", "Gerade abwesend."),
}
_OF_TEAM = {
    Bar.KIND: (
        "such a task stays with whom it was asked of",
        "Eine solche Aufgabe bleibt bei dem Team, das gefragt wurde.",
    ),
    Bar.OTHERS: ("it is for certain people alone", "Die Aufgabe ist nur für bestimmte Personen."),
    Bar.FOUR_EYES: (
        "it is an approval and stays with the team that approves",
        "Eine Freigabe bleibt bei dem Team, das sie erteilt.",
    ),
    Bar.SIGHT: ("its case is confidential and not theirs to see", "Der Vorgang ist vertraulich."),
    Bar.NOBODY: ("nobody of it works on cases", "Dort bearbeitet niemand Vorgänge."),
}


def _check_policies(uow: UnitOfWork, task: Task, **given: str) -> None:
    policies.check(
        uow,
        task.case,
        "hand_over",
        element=task.element,
        subject=f"task {task.id}",
        given=given,
        see=partial(process.visible, uow, task) if task.node is not None else None,
    )


def _about(task: Task) -> dict[str, object]:
    return {"task": task.id, "element": task.element, "title": task.title_de}


def _holder(uow: UnitOfWork, task: Task) -> str | None:
    """Named where it is somebody else than the one who hands it over."""
    return task.assignee if task.assignee != uow.actor else None


def _said(uow: UnitOfWork, task: Task, note: str) -> None:
    task.handed_by, task.handed_note = uow.actor, note or None
