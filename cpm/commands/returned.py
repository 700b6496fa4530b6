"""A letter or mail of a process came back: whether it can go again, because the customer has another address by now.

The step `post.again`. Who settles its exception puts the address right there, and it becomes the customer's; or changes
it on the customer's page before.
"""

from collections.abc import Mapping
from typing import Any

from cpm.commands import capturing
from cpm.connectors import Done, Failed, Outcome
from cpm.errors import CpmError
from cpm.model import Case, Customer
from cpm.queries.survivors import survivor
from cpm.uow import UnitOfWork

_PLACE = ("street", "postcode", "city", "country")
_WHERE = ("email", *_PLACE)


def again(uow: UnitOfWork, case: Case, given: Mapping[str, Any]) -> Outcome:
    """`letter_again` is true if there is another address than the one `written_to`; else a person looks for one.

    `returned_email` is an e-mail address that mail has come back from: it counts as none.
    """
    before = given.get("written_to")
    before = before if isinstance(before, Mapping) else {}
    customer = survivor(uow, case.customer)
    put_right = {name: given[name] for name in _WHERE if given.get(name) and given[name] != before.get(name)}
    if put_right:
        return _put_right(uow, customer, put_right)
    now, dead = capturing.of_rows(uow, customer), given.get("returned_email")
    if all(_alive(now, name, dead) == _alive(before, name, dead) for name in _WHERE):
        return _nowhere("no other address of the customer is known yet.")
    return Done({"letter_again": True})


def _put_right(uow: UnitOfWork, customer: Customer, given: Mapping[str, Any]) -> Outcome:
    """What was left as it is of a place stays; what does not fit is said."""
    rows = capturing.of_rows(uow, customer)
    place = {name: rows[name] for name in _PLACE} if given.keys() & set(_PLACE) else {}
    try:
        with uow.session.begin_nested():
            capturing.write(uow, customer, {**place, **given})
    except CpmError as refused:
        return _nowhere(f"{capturing.told(refused, 'de')} / {capturing.told(refused, 'en')}")
    return Done({"letter_again": True})


def _alive(where: Mapping[str, Any], name: str, dead: object) -> object:
    found = where.get(name) or None
    return None if name == "email" and found == dead else found


def _nowhere(why: str) -> Failed:
    return Failed(
        "undeliverable", f"Expected an address to which the letter that came back can go, but {why}"
    )
