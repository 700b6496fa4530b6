"""Let a customer's master data here and in an ERP meet: a job for each link, which a worker takes up."""

from uuid import uuid4

from sqlalchemy import case as when
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from cpm.model import ErpLink, Job, JobKind, JobState, LinkedKind
from cpm.uow import UnitOfWork

QUEUE = "parties"
TYPE = "erp.party"  #: suspending "erp" holds it too
PRIORITY = 60


def soon(uow: UnitOfWork, customer_id: int) -> None:
    """Whoever changes a customer says so, here or over there; nothing happens for who is known nowhere else."""
    links = select(ErpLink).where(ErpLink.customer_id == customer_id, ErpLink.kind == LinkedKind.CUSTOMER)
    for link in uow.session.scalars(links.order_by(ErpLink.id)):
        let_meet(uow, link)


def let_meet(uow: UnitOfWork, link: ErpLink, *, make: bool = False) -> None:
    """`make`: they do not have it yet, and are to. The same job again, if it waits or runs already: it begins anew at once."""
    dialect = postgresql if uow.session.get_bind().dialect.name == "postgresql" else sqlite
    payload = {"link": link.id, "at": uow.now, "mark": uuid4().hex, "make": make}
    row = {"kind": JobKind.PARTY, "queue": QUEUE, "type": TYPE, "key": key(link.id), "payload": payload}
    rest = {"state": JobState.READY, "priority": PRIORITY, "run_at": uow.now}
    put = dialect.insert(Job).values({**row, **rest})
    sooner = when((Job.state == JobState.WAITING, uow.now), else_=Job.run_at)
    anew = {"payload": put.excluded.payload, "run_at": sooner}
    uow.session.execute(put.on_conflict_do_update(index_elements=["key"], set_=anew))


def key(link_id: int) -> str:
    return f"party/{link_id}"
