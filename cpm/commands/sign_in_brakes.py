"""How attempts to sign in are slowed down, so that guessing leads nowhere and nobody is kept out for good.

Wrong passwords for one login lock it, longer each time; many wrong ones from one network stop that network.
A login that nobody has is locked just the same. Where its owner signed in last, a locked login still opens: else
whoever knows a login could keep its owner out for ever.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select

from cpm.model import FailedSignIn, User
from cpm.uow import UnitOfWork

FREE = 5  #: wrong ones in a row before a login is locked
_FIRST_LOCK, _LONGEST_LOCK = timedelta(minutes=1), timedelta(minutes=15)
_WINDOW = timedelta(minutes=15)
MOST_OF_NETWORK = 30  #: wrong ones in the window
_MOST_AT_HOME = 10  #: the same for a locked login, from where its owner signed in last
_KEPT = timedelta(days=1)  #: after that an attempt is forgotten


@dataclass(frozen=True, slots=True)
class _Failures:
    of_network: int
    first_of_network: datetime | None
    of_login: int
    last_of_login: datetime | None
    at_home: int  #: of this login from this network


def wait(uow: UnitOfWork, login: str, user: User | None, address: str) -> timedelta:
    """For how long the next attempt is unwelcome; zero if it may be made now."""
    failures = _failures(uow, login, address)
    if failures.of_network >= MOST_OF_NETWORK and failures.first_of_network:
        return failures.first_of_network + _WINDOW - uow.now
    if user is not None and user.network == network(address) and failures.at_home < _MOST_AT_HOME:
        return timedelta(0)
    if user is not None:
        until = user.locked_until or uow.now
    else:
        until = (failures.last_of_login or uow.now) + _lock(failures.of_login)
    return max(until - uow.now, timedelta(0))


def failed(uow: UnitOfWork, login: str, user: User | None, address: str) -> datetime | None:
    """Count it; until when that has locked the login."""
    before = _failures(uow, login, address)
    uow.session.add(FailedSignIn(at=uow.now, network=network(address), login=_digest(login)))
    if user is None:
        return None
    user.failed_sign_ins = user.failed_sign_ins + 1 if before.of_login else 1
    locked = _lock(user.failed_sign_ins)
    user.locked_until = uow.now + locked if locked else None
    return user.locked_until


def forgive(uow: UnitOfWork, user: User) -> None:
    user.failed_sign_ins, user.locked_until = 0, None
    uow.session.execute(delete(FailedSignIn).where(FailedSignIn.login == _digest(user.login)))


def forget(uow: UnitOfWork) -> None:
    """What counts no longer is deleted."""
    uow.session.execute(delete(FailedSignIn).where(FailedSignIn.at <= uow.now - _KEPT))


def network(address: str) -> str:
    """The address; of IPv6 the /64 that one customer of a provider has at least (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))


def _lock(failures: int) -> timedelta:
    if failures < FREE:
        return timedelta(0)
    doublings = min(failures - FREE, 10)
    return min(_FIRST_LOCK * (1 << doublings), _LONGEST_LOCK)


def _failures(uow: UnitOfWork, login: str, address: str) -> _Failures:
    here, theirs = FailedSignIn.network == network(address), FailedSignIn.login == _digest(login)
    lately = FailedSignIn.at > uow.now - _WINDOW
    query = select(
        func.count().filter(and_(here, lately)),
        func.min(FailedSignIn.at).filter(and_(here, lately)),
        func.count().filter(theirs),
        func.max(FailedSignIn.at).filter(theirs),
        func.count().filter(and_(here, theirs, lately)),
    ).where(FailedSignIn.at > uow.now - _KEPT, or_(here, theirs))
    return _Failures(*uow.session.execute(query).one())


def _digest(login: str) -> str:
    return hashlib.sha256(login.encode(errors="replace")).hexdigest()
