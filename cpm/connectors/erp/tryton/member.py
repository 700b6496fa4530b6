"""The `Erp` member for Tryton: what each question is answered by. All exchanges of one question have one time-out together."""

import contextlib
import functools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast

from cpm.connectors.erp.earlier import must_be_ours
from cpm.connectors.erp.faults import SETTLES, ErpFault
from cpm.connectors.erp.nouns import Change, Checked, Invoice, Order, Party, Product, Terms, Wanted
from cpm.connectors.erp.tryton.amending import Amending
from cpm.connectors.erp.tryton.catalogue import Catalogue
from cpm.connectors.erp.tryton.changes import Changes
from cpm.connectors.erp.tryton.checking import Checking
from cpm.connectors.erp.tryton.confirming import Confirming
from cpm.connectors.erp.tryton.crediting import Crediting
from cpm.connectors.erp.tryton.debtors import DEBTOR_FIELDS, Buyers, buyer, terms
from cpm.connectors.erp.tryton.helping import Helping
from cpm.connectors.erp.tryton.http import Http, broken
from cpm.connectors.erp.tryton.parties import Parties
from cpm.connectors.erp.tryton.places import Places
from cpm.connectors.erp.tryton.rest import Masked, Refused, Rest
from cpm.connectors.erp.tryton.rpc import Rpc
from cpm.connectors.erp.tryton.sales import Sales
from cpm.connectors.erp.tryton.selling import Selling, without_invoice
from cpm.connectors.erp.tryton.shipping import Shipping
from cpm.connectors.erp.tryton.taxes import Taxes
from cpm.connectors.erp.tryton.wire import Garbled

F = TypeVar("F", bound=Callable[..., Any])
_ALL = 100_000
#: Each page of these has the time-out for itself.
_LONG = frozenset({"orders_with_keys", "open_items", "changes"})
_WAITS = (0.05, 0.15, 0.4)  #: seconds, where the server says that something inside it failed: often a lock


@dataclass(frozen=True, slots=True)
class Server:
    """Which Tryton, and who we are there. Secrets live here, never in case data, and are not shown."""

    url: str
    database: str
    key: str = field(repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    shop: str = "CPM"
    prefix: str = ""  #: before our keys there
    timeout: float = 10.0  #: seconds for one question
    today: Callable[[], date] = date.today
    settles: timedelta = SETTLES  #: after so long nothing runs there any more that somebody asked for before


def _question(method: F) -> F:
    """One time-out for all it takes; what the server masked is asked again, for every question may be asked twice."""

    @functools.wraps(method)
    def ask(self: "Tryton", *args: Any, **options: Any) -> Any:
        with self.within() if method.__name__ not in _LONG else contextlib.nullcontext(), _spoken():
            for wait in _WAITS:
                try:
                    return method(self, *args, **options)
                except Masked:
                    time.sleep(wait)
            return method(self, *args, **options)

    return cast("F", ask)


@contextlib.contextmanager
def _spoken() -> Any:
    try:
        yield
    except Garbled as error:
        raise broken(f"what came is no answer of Tryton: {error}", writes=False) from error
    except Refused as refusal:
        raise ErpFault(
            "validation_refused", f"Expected the ERP to answer, but it says: {refusal.words}"
        ) from refusal


class Tryton:
    name = "tryton"

    def __init__(self, server: Server) -> None:
        http = Http(server.url, timeout=server.timeout)
        rest = Rest(http, server.database, server.key)
        self.within = http.within
        self._today = server.today
        self._places = Places(rest, server.shop, server.prefix)
        self._rpc = Rpc(http, server.database, server.user, server.password)
        self._parties = Parties(self._places, self._rpc)
        self._buyers = Buyers(self._parties)
        self._catalogue, self._taxes = Catalogue(self._places), Taxes(self._places)
        self._checking = Checking(self._catalogue, self._taxes)
        self._sales = Sales(self._places)
        helping = Helping(self._places, self._rpc, self._sales, server.settles)
        self._selling = Selling(self._places, self._parties, self._sales, self._catalogue, self._taxes)
        self._confirming = Confirming(self._places, self._sales, self._catalogue, helping)
        self._changes = Changes(self._places)
        self._shipping = Shipping(self._places, self._sales)
        self._amending = Amending(self._places, self._parties, self._sales, self._catalogue)
        self._crediting = Crediting(self._places, self._sales, self._selling, self._confirming, self._taxes)

    def alive(self) -> bool:
        try:
            with self.within(), _spoken():
                self._places.rest.search("ir.lang", [], ["id"], most=1)
        except ErpFault:
            return False
        return True

    @_question
    def version(self) -> str:
        return self._rpc.version()

    @_question
    def party(self, key: str) -> Party | None:
        return self._parties.party(key)

    @_question
    def parties(
        self, *, email: str = "", phone: str = "", name: str = "", vat_id: str = ""
    ) -> Sequence[Party]:
        return self._parties.like(email=email, phone=phone, name=name, vat_id=vat_id)

    @_question
    def save_party(self, party: Party) -> Party:
        return self._parties.save(party)

    @_question
    def terms(self, key: str) -> Terms:
        return terms(self._places, self._parties.row(key, DEBTOR_FIELDS), self._today())

    @_question
    def products(
        self,
        words: str = "",
        *,
        skus: Sequence[str] = (),
        customer: str = "",
        on: date | None = None,
        most: int = 20,
    ) -> Sequence[Product]:
        known = self._buyers.of(customer)
        if skus:
            return self._catalogue.named(skus, known, self._today(), on)
        return self._catalogue.found(words, known, self._today(), on, most)

    @_question
    def catalogue(self, after: str = "", *, most: int = 500) -> Sequence[Product]:
        return self._catalogue.page(after, self._today(), most)

    @_question
    def check(self, wanted: Wanted, *, key: str = "") -> Checked:
        row = self._parties.row(wanted.customer, DEBTOR_FIELDS)
        known = terms(self._places, row, self._today())
        return self._checking.check(wanted, buyer(row), known, self._today(), key=key)

    @_question
    def save_order(self, key: str, wanted: Wanted) -> Order:
        self._selling.save(key, self._selling.draft(wanted, self._today()))
        self._confirming.quote(key, self._today())
        return self._there(key)

    @_question
    def confirm_order(self, key: str) -> Order:
        self._confirming.confirm(key, self._today())
        self._shipping.arrange(key, self._today())
        return self._there(key)

    @_question
    def amend_order(self, key: str, wanted: Wanted) -> Order:
        self._helped_on(key)
        self._amending.amend(key, wanted, self._today())
        self._shipping.arrange(key, self._today())
        return self._there(key)

    @_question
    def cancel_order(self, key: str) -> Order:
        order = self._there(key)
        if order.state in ("draft", "quotation"):
            self._confirming.cancel(key)
        elif order.state != "cancelled":
            self._helped_on(key)
            self._amending.empty(key, self._today())
        return self._there(key)

    @_question
    def order(self, key: str) -> Order | None:
        return self._sales.order(key)

    @_question
    def arranged(self, key: str) -> Order | None:
        self._shipping.arrange_new(key, self._today())
        return self._sales.order(key)

    @_question
    def orders_of(self, customer: str, *, most: int = 20) -> Sequence[Order]:
        return self._sales.of(customer, most)

    @_question
    def orders_with_keys(self, prefix: str, *, most: int = 10_000) -> Sequence[Order]:
        return self._sales.with_keys(prefix, most)

    @_question
    def credit(
        self, key: str, customer: str, amount: Decimal, reason: str, *, since: datetime | None = None
    ) -> Invoice:
        return self._crediting.credit(key, customer, amount, reason, today=self._today(), since=since)

    @_question
    def replacement(self, key: str, wanted: Wanted) -> Order:
        free = tuple(replace(line, price=Decimal(0)) for line in wanted.lines)
        draft = self._selling.draft(replace(wanted, lines=free), self._today())
        order = self._sales.order(key)
        must_be_ours(key, order.made_at if order else None, wanted.since)
        if order is None or order.state in ("draft", "quotation"):
            self._selling.save(key, without_invoice(draft))
        self._confirming.confirm(key, self._today())
        self._shipping.arrange(key, self._today())
        return self._there(key)

    @_question
    def invoice_file(self, number: str) -> bytes | None:
        return self._sales.invoice_file(number)

    @_question
    def changes(self, since: str, *, most: int = 200) -> Sequence[Change]:
        return self._changes.after(since, most)

    @_question
    def cursor(self) -> str:
        return self._changes.cursor()

    @_question
    def invoices_of(self, customer: str, *, most: int = 20) -> Sequence[Invoice]:
        domain = [["party.code", "=", self._places.theirs(customer)], ["state", "!=", "draft"]]
        return self._sales.invoices(domain, most)

    @_question
    def invoice(self, number: str) -> Invoice | None:
        return next(iter(self._sales.invoices([["number", "=", number]], 1)), None)

    @_question
    def open_items(self, *, due_before: date | None = None) -> Sequence[Invoice]:
        found = self._sales.invoices([["state", "=", "posted"]], _ALL)
        return [one for one in found if due_before is None or (one.due_on or date.max) < due_before]

    def _there(self, key: str) -> Order:
        order = self._sales.order(key)
        if order is None:
            raise ErpFault("not_found", f"Expected to find order {key} in the ERP, but it is not there.")
        return order

    def _helped_on(self, key: str) -> None:
        """One that is stuck between confirmed and processing."""
        if self._there(key).state == "confirmed":
            self._confirming.confirm(key, self._today())
