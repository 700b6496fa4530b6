"""Who settles an incident may change some variables: not those that the engine or an approval stands on."""

from collections.abc import Iterator, Mapping
from typing import Any

from cpm.commands import variables
from cpm.connectors.letters import BadAddress, checked_address, recipients
from cpm.errors import Invalid
from cpm.model import Case, Incident, Remedy
from cpm.queries.changeable import correctable, letter, locked, results
from cpm.uow import UnitOfWork


def _no_address(data: Mapping[str, Any]) -> Iterator[BadAddress]:
    """A corrected address is looked at before the mail server is asked again."""
    if isinstance(address := data.get("email"), str):
        try:
            checked_address(address)
        except BadAddress as error:
            yield error


def _no_addresses(data: Mapping[str, Any]) -> Iterator[tuple[str, BadAddress]]:
    """Of a message that is to be sent again."""
    for name in ("to", "cc"):
        try:
            if not recipients(data.get(name, "")) and name == "to" and name in data:
                yield name, BadAddress("Expected an address to send the message to, but there is none.")
        except BadAddress as error:
            yield name, error


def must_be_free(uow: UnitOfWork, case: Case, data: Mapping[str, Any]) -> None:
    """Invalid if one of them is nobody's to set."""
    if fixed := sorted(data.keys() & locked(uow, case)):
        raise Invalid(
            f"Expected data that may be changed, but {fixed[0]} is the engine's own, or an approval stands on it",
            [(name, "may not be changed") for name in fixed],
            de=f"Diese Angabe lässt sich nicht ändern: {', '.join(fixed)}.",
        )


def check(uow: UnitOfWork, incident: Incident, remedy: Remedy, data: Mapping[str, Any]) -> None:
    """Invalid names each variable that is out of bounds for this incident and remedy."""
    if not data:
        return
    allowed, fixed = correctable(uow, incident), locked(uow, incident.case)
    taken = variables.load(uow, incident.case)[""].keys() - results(uow, incident)
    problems = [("email", str(error)) for error in _no_address(data)]
    problems += [(name, str(error)) for name, error in _no_addresses(data)] if letter(incident) else []
    german = ["Das ist keine E-Mail-Adresse, an die sich etwas senden lässt." for _ in problems]
    for name in data:
        if name in fixed:
            problems.append((name, "is the engine's own, or an approval stands on it"))
        elif remedy == Remedy.CORRECT and name not in allowed:
            problems.append((name, f"is not what this step reads: {', '.join(sorted(allowed)) or 'nothing'}"))
        elif remedy == Remedy.SUPPLY and name in taken:
            problems.append((name, "is known already and no result of this step"))
    if problems:
        name, why = problems[0]
        german += ["Diese Angabe lässt sich hier nicht ändern."] * (len(problems) - len(german))
        raise Invalid(
            f"Expected data that may be changed here, but {name} {why}",
            problems,
            problems_de=[(name, words) for (name, _), words in zip(problems, german, strict=True)],
        )
