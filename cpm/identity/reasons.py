"""Why two records may be one customer, or may not: in both languages."""

from dataclasses import dataclass

#: By key: German, English. What speaks against it begins with "not.".
_SAID: dict[str, tuple[str, str]] = {
    "token": ("Antwort auf unsere Nachricht", "answers a message of ours"),
    "email": ("E-Mail-Adresse genau bekannt", "e-mail address known exactly"),
    "phone": ("Telefonnummer genau bekannt", "telephone number known exactly"),
    "customer_no": ("Kundennummer im Text", "customer number in the text"),
    "name.same": ("Name gleich", "same name"),
    "name.sounds": ("Name klingt gleich", "name sounds the same"),
    "name.typo": ("Name fast gleich (Tippfehler?)", "name nearly the same (a typo?)"),
    "name.alike": ("Name ähnlich", "name alike"),
    "name.swapped": ("Vor- und Nachname vertauscht", "first and last name swapped"),
    "name.part": ("Ein Teil des Namens fehlt", "a part of the name is missing"),
    "name.initial": ("Vorname abgekürzt", "first name as an initial"),
    "name.last": ("Nachname gleich", "same last name"),
    "company.same": ("Firma gleich (bis auf die Rechtsform)", "same company (but for its legal form)"),
    "company.alike": ("Firma fast gleich", "company nearly the same"),
    "company.part": ("Firmenname im anderen enthalten", "one company name contains the other"),
    "born.same": ("Geburtsdatum gleich", "same date of birth"),
    "born.day": ("Geburtsdatum bis auf den Tag gleich", "date of birth the same but for the day"),
    "born.month": ("Geburtsdatum bis auf den Monat gleich", "date of birth the same but for the month"),
    "born.year": ("Geburtsdatum bis auf das Jahr gleich", "date of birth the same but for the year"),
    "born.swapped": ("Tag und Monat der Geburt vertauscht", "day and month of birth swapped"),
    "born.near": ("Geburtsdatum ähnlich", "date of birth alike"),
    "address.same": ("Straße, Hausnummer und PLZ gleich", "same street, number and postcode"),
    "address.street": ("Straße und PLZ ähnlich", "street and postcode alike"),
    "address.postcode": ("PLZ gleich", "same postcode"),
    "address.city": ("Ort gleich", "same town"),
    "phone.same": ("Telefonnummer gleich", "same telephone number"),
    "mail.same": ("E-Mail-Adresse gleich", "same e-mail address"),
    "mail.local": ("E-Mail-Name gleich (anderer Anbieter)", "same e-mail name (other provider)"),
    "mail.domain": ("E-Mail-Adresse der Firma", "e-mail address of the company"),
    "vat.same": ("USt-IdNr. gleich", "same VAT ID"),
    "not.born": ("Geburtsdatum verschieden", "date of birth differs"),
    "not.address": ("Anschrift verschieden", "address differs"),
    "not.gender": ("Anrede verschieden", "form of address differs"),
    "not.generation": ("senior und junior", "senior and junior"),
    "not.vat": ("USt-IdNr. verschieden", "VAT ID differs"),
    "not.form": ("Rechtsform verschieden", "legal form differs"),
    "common": ("Der Name ist häufig", "the name is common"),
}
KEYS = tuple(_SAID)


@dataclass(frozen=True, slots=True)
class Reason:
    key: str

    @property
    def de(self) -> str:
        return _SAID[self.key][0]

    @property
    def en(self) -> str:
        return _SAID[self.key][1]

    @property
    def against(self) -> bool:
        return self.key.startswith("not.") or self.key == "common"
