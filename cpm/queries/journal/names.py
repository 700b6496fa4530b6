"""What the rows that a journal mentions are called, read once for a whole journal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from cpm import writing
from cpm.forms import Field, Form
from cpm.forms.show_rows import show_rows
from cpm.library import Bundle
from cpm.model import Case, Event, MigrationPlan, Task
from cpm.queries import notice_words, one_case, people, steering_words, wording, words
from cpm.uow import UnitOfWork


@dataclass(frozen=True)
class Names:
    bundle: Bundle
    language: str
    zone: ZoneInfo
    users: Mapping[str, str]
    teams: Mapping[str, str]
    tasks: Mapping[int, Task]
    incidents: Mapping[int, Task]  #: the task of each incident
    forms: Mapping[int, Form] = field(
        default_factory=dict
    )  #: of tasks that began with another version than is bound
    earlier: Callable[[], tuple[Bundle, ...]] = tuple  #: versions it was migrated from, the latest first
    notice: Callable[[str], str] = str  #: what the customer is told at this event

    def form(self, task: Task) -> Form | None:
        return self.forms.get(task.id) or self.bundle.forms.get(task.form or "")

    def user(self, login: str) -> str:
        return self.users.get(login) or words.actor(login, self.language)

    def team(self, key: str) -> str:
        return self.teams.get(key, key)

    def process(self, key: str) -> str:
        """By its name if it is the case's own, or one that this calls."""
        if key == self.bundle.key:
            return wording.process_name(self.bundle, self.language)
        return self.bundle.called.get(f"{key}.{self.language}", key)

    def step(self, element: str | None) -> str | None:
        """By the version on which the case runs, else by one that it came from."""
        if element is not None and element not in self.bundle.program.elements:
            for earlier in self.earlier():
                if element in earlier.program.elements:
                    return wording.step_name(earlier, element, self.language)
        return wording.step_name(self.bundle, element, self.language)

    def title(self, particulars: Mapping[str, Any]) -> str | None:
        """Of the task or incident that an entry is about, in the reader's language; a policy's entry has its own."""
        task = None if "policy" in particulars else self.tasks.get(particulars.get("task", 0))
        task = task or self.incidents.get(particulars.get("incident", 0))
        if task is not None:
            return task.title(self.language)
        return particulars.get("title_en" if self.language == "en" else "title") or particulars.get("title")

    def decision(self, key: str) -> str:
        """By the texts, else by the table itself, which speaks one language only."""
        if ours := steering_words.decision(key, self.language):
            return ours
        table = self.bundle.decisions.get(key)
        own = table.model.decisions[key].name if table else key
        return self._texts("decisions").get(key) or own or key

    def label(self, key: str, *, of: str = "") -> str:
        """What a fact is called: among those of a decision (`of`), by the texts, by a form."""
        said = self._texts("words")
        return str(
            said.get(f"{of}.{key}")
            or said.get(key)
            or self.labels.get(key)
            or words.told(key, self.language)
            or key
        )

    def value(self, value: Any, name: str, options: Mapping[str, str] | None = None) -> str:
        """A value as a person reads it; codes by the texts (`<name>.<code>`), by the options, by any form."""
        if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
            return show_rows(self.lists.get(name), value, self.language, self.zone)
        if isinstance(value, list):
            return ", ".join(self.value(item, name, options) for item in value)
        if not isinstance(value, str):
            return self.written(value, name)
        said = self._texts("words").get(f"{name}.{value}")
        known = (self.options if options is None else options).get(value)
        return str(said or known or self.written(value, name))

    def _texts(self, table: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.bundle.texts.get(self.language, {}).get(table, {})
        return found

    def written(self, value: Any, name: str = "") -> str:
        return writing.written(value, self.language, self.zone, name=name)

    def money(self, value: Any) -> str:
        return self.written(value, "amount")

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """What the fields of all forms are called, by key."""
        return {
            key: label
            for form in self.bundle.forms.values()
            for key, label in form.labels(self.language).items()
        }

    @cached_property
    def lists(self) -> Mapping[str, Field]:
        """The lists of rows that any form asks for, by key."""
        return {
            field.key: field for form in self.bundle.forms.values() for field in form.fields if field.rows
        }

    @cached_property
    def options(self) -> Mapping[str, str]:
        return wording.option_labels(self.bundle.forms, self.language)


def names(uow: UnitOfWork, case: Case, language: str) -> Names:
    bundle = uow.bundle(case)
    by_id = {task.id: task for task in one_case.tasks(uow, case.id)}
    return Names(
        bundle=bundle,
        language=language,
        zone=uow.settings.zone,
        users=people.user_names(uow),
        teams=people.team_names(uow, language),
        tasks=by_id,
        forms={
            task.id: form
            for task in by_id.values()
            if task.form and task.form not in bundle.forms and (form := uow.form(task))
        },
        incidents={incident.id: by_id[incident.task_id] for incident in one_case.incidents(uow, case.id)},
        earlier=cache(lambda: _earlier(uow, case)),
        notice=lambda event: notice_words.subject(uow, case, event, language),
    )


def _earlier(uow: UnitOfWork, case: Case) -> tuple[Bundle, ...]:
    """Looked up only for what the present version does not know."""
    moved = select(Event.particulars).where(Event.case_id == case.id, Event.what == "case.migrated")
    entries = uow.session.scalars(moved.order_by(Event.seq.desc()))
    plans = [int(entry["plan"]) for entry in entries]
    came_from = [plan.from_id for plan in map(partial(uow.get, MigrationPlan), plans)]
    return tuple(uow.library.bundle(uow.session, found) for found in dict.fromkeys(came_from))
