"""Customers and catalogue of the demo ERP."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from cpm.connectors.erp.demo import books, stock
from cpm.connectors.erp.demo.door import Door
from cpm.connectors.erp.demo.stock import Stocked
from cpm.connectors.erp.faults import ErpFault
from cpm.connectors.erp.meeting import fields_of, same
from cpm.connectors.erp.nouns import Checked, Party, Product, Terms, Wanted


class Customers(Door):
    def party(self, key: str) -> Party | None:
        with self._asked() as memory:
            return memory.find(Party, key)

    def parties(
        self, *, email: str = "", phone: str = "", name: str = "", vat_id: str = ""
    ) -> Sequence[Party]:
        def fits(party: Party) -> bool:
            return bool(
                (email and (party.email or "").lower() == email.lower())
                or (phone and party.phone == phone)
                or (name and name.lower() in party.name.lower())
                or (vat_id and same(fields_of(party)["vat_id"], "".join(vat_id.split()).upper()))
            )

        with self._asked() as memory:
            return [party for party in memory.all(Party) if fits(party)][:10]

    def save_party(self, party: Party) -> Party:
        if not party.name.strip():
            raise ErpFault(
                "validation_refused", f"Expected a name for customer {party.key}, but it is empty."
            )
        with self._asked() as memory:
            known = memory.find(Party, party.key)
            if known is not None and party.version is not None and party.version != known.version:
                why = f"Expected customer {party.key} as it was, but the demo ERP has changed it meanwhile."
                raise ErpFault("conflict", why)
            number = (known and known.number) or memory.number("KD")
            version = known.version if known is not None else "1"
            saved = replace(party, number=number, version=version)
            if saved != known:
                saved = replace(saved, version=str(int(version or 0) + (known is not None)))
                memory.keep(saved, saved.key, number)
                memory.tell("customer", saved.key, "changed")
            return saved

    def terms(self, key: str) -> Terms:
        with self._asked() as memory:
            return books.terms(memory, key, self._today())

    def products(
        self,
        words: str = "",
        *,
        skus: Sequence[str] = (),
        customer: str = "",  # noqa: ARG002  # everybody pays the list price
        on: date | None = None,
        most: int = 20,
    ) -> Sequence[Product]:
        def fits(one: Stocked) -> bool:
            text = f"{one.sku} {one.name}".lower()
            return one.sku in skus if skus else all(word in text for word in words.lower().split())

        with self._asked() as memory:
            found = [one for one in stock.everything(memory) if fits(one)][:most]
            return [one.product(on=on, today=self._today()) for one in found]

    def catalogue(self, after: str = "", *, most: int = 500) -> Sequence[Product]:
        with self._asked() as memory:
            found = [one for one in stock.everything(memory) if one.sku > after][:most]
            return [one.product(today=self._today()) for one in found]

    def check(self, wanted: Wanted, *, key: str = "") -> Checked:
        with self._asked() as memory:
            lines = self._checks(memory, wanted, key)
            terms = books.terms(memory, wanted.customer, self._today())
            return Checked(lines, *books.sums(line.total for line in lines), terms)
