"""Which columns a list of cases has, and what their choices are called."""

from collections.abc import Mapping

from sqlalchemy import func, select

from cpm.attributes import Attribute, Column, fixed_columns
from cpm.database import ONLY_READS
from cpm.errors import NotFound
from cpm.library import Bundle
from cpm.model import CaseState, Definition
from cpm.queries import people, wording, words
from cpm.uow import UnitOfWork

Options = tuple[tuple[str, str], ...]


def columns(uow: UnitOfWork, process: str | None, language: str) -> tuple[Column, ...]:
    """Those of every case, and the attributes that the newest version of the process declares."""
    bundles = newest(uow)
    if process is not None and process not in bundles:
        raise NotFound(
            f"Expected process {process} to be deployed, but it is not",
            de=f"Einen Prozess {process} gibt es hier nicht.",
        )
    fixed = fixed_columns(_options(uow, bundles, process, language), language)
    if process is None:
        return fixed
    return fixed + tuple(_column(one, language) for one in bundles[process].attributes.values())


def newest(uow: UnitOfWork) -> Mapping[str, Bundle]:
    """The newest version of every process. Who only reads has it from the library."""
    if ONLY_READS in uow.session.info:
        ids = uow.library.named.newest
    else:
        query = select(Definition.key, func.max(Definition.id)).group_by(Definition.key)
        ids = dict(uow.session.execute(query.order_by(Definition.key)).all())
    return {key: uow.library.bundle(uow.session, id_) for key, id_ in ids.items()}


def _column(attribute: Attribute, language: str) -> Column:
    options = tuple((option.value, option.label(language)) for option in attribute.options)
    return Column(attribute.name, attribute.label(language), attribute.kind, options)


def _options(
    uow: UnitOfWork, bundles: Mapping[str, Bundle], process: str | None, language: str
) -> Mapping[str, Options]:
    outcomes: dict[str, str] = {}
    for bundle in bundles.values() if process is None else (bundles[process],):
        outcomes = {**bundle.texts.get(language, {}).get("outcomes", {}), **outcomes}
    processes = {key: wording.process_name(bundle, language) for key, bundle in bundles.items()}
    return {
        "process": _sorted(processes),
        "state": tuple((state.value, words.state(state.value, language)) for state in CaseState),
        "outcome": tuple((code, str(word)) for code, word in outcomes.items()),
        "team": _sorted(people.team_names(uow, language)),
        "channel": tuple(words.channels(language).items()),
    }


def _sorted(names: Mapping[str, str]) -> Options:
    return tuple(sorted(names.items(), key=lambda item: item[1].casefold()))
