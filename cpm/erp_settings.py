"""What an installation may set about the ERP it works with: which one, where it is, and how we sign in there."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

DEMO, TRYTON, NONE = "demo", "tryton", "none"
SYSTEMS = (DEMO, TRYTON, NONE)


@dataclass(frozen=True, slots=True)
class ErpSettings:
    main: str = DEMO  #: CPM_ERP: demo | tryton | none; the system that new cases work with
    standin: str | None = (
        None  #: CPM_ERP_STANDIN: demo, for new cases while the main one is away; None: nobody
    )
    url: str | None = None  #: CPM_ERP_URL: where Tryton answers
    database: str = ""  #: CPM_ERP_DATABASE: the name of its database
    key: str = field(default="", repr=False)  #: CPM_ERP_KEY, or _FILE: of its user application
    user: str = ""  #: CPM_ERP_USER: who acts there for us
    password: str = field(default="", repr=False)  #: CPM_ERP_PASSWORD, or _FILE
    timeout: timedelta = timedelta(
        seconds=30
    )  #: CPM_ERP_TIMEOUT: for each answer, where nobody waits at a desk
    cache: timedelta = timedelta(
        seconds=10
    )  #: CPM_ERP_CACHE: how long a page takes what was heard for what is so
    shop: str = "CPM"  #: CPM_ERP_SHOP: the web shop of Tryton in which our orders are, under our keys
    prefix: str = ""  #: CPM_ERP_PREFIX: before our keys there, where several installations share one ERP
    demo: Path = Path("var/erp-demo.db")  #: below CPM_HOME: what the demo ERP remembers
    poll: timedelta = timedelta(seconds=5)  #: CPM_ERP_POLL: seconds between two looks at what changed there
    catalogue: timedelta = timedelta(
        minutes=60
    )  #: CPM_ERP_CATALOGUE: minutes after which all products are copied again
    reconcile: time = time(
        2, 30
    )  #: CPM_ERP_RECONCILE: when both sides are compared each night, where the firm is
    dun: time = time(6)  #: CPM_ERP_DUN: when invoices that are overdue begin a case, where the firm is
