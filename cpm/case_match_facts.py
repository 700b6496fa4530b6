"""The facts that `case_match.dmn` gets; a part of `steering_facts`."""

from cpm.fact import Fact

CASE_MATCH: tuple[Fact, ...] = (
    Fact(
        "evidence",
        "string",
        "was auf den Vorgang hindeutet: token (unsere Message-ID, Plus-Adresse oder Marke), reference (antwortet auf eine fremde "
        "Nachricht des Vorgangs), number (seine Nummer im Betreff), mentioned (im Text), order_number, customer (Vorgang desselben Kunden)",
        "what points to the case: token (our Message-ID, plus address or marker), reference (answers another's message of the case), "
        "number (its number in the subject), mentioned (in the text), order_number, customer (a case of the same customer)",
        since=2,
    ),
    Fact(
        "takes_part",
        "boolean",
        "ob der Absender am Vorgang teilnimmt: der Kunde, seine Kontakte, und wer darin schrieb oder angeschrieben wurde",
        "whether the sender takes part in the case: the customer, their contacts, and who wrote or was written to in it",
        since=2,
    ),
    Fact("open", "boolean", "ob der Vorgang offen ist", "whether the case is open", since=2),
    Fact(
        "same_customer",
        "boolean",
        "ob er dem Kunden gehört, der schreibt",
        "whether it is a case of the customer who writes",
        since=2,
    ),
    Fact(
        "same_process",
        "boolean",
        "ob es um dasselbe Anliegen geht; null, wenn das Anliegen der Nachricht unklar ist",
        "whether it is about the same concern; null if the message's concern is unclear",
        since=2,
    ),
    Fact(
        "days",
        "number",
        "volle Tage seit seinem Abschluss; 0, solange er offen ist",
        "whole days since it was closed; 0 while it is open",
        since=2,
    ),
)  # fmt: skip
