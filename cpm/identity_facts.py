"""The facts of `identity.dmn`, which says how surely it is known who writes."""

from cpm.fact import Fact

IDENTITY = (
    Fact(
        "evidence",
        "string",
        "was auf den Kunden hindeutet: email oder phone (seine Adresse oder Nummer), customer_no (seine Kundennummer im Text), "
        "name (sein Name), domain (die Domain seiner Firma), token (unser Zeichen; dann ist der Vorgang bekannt)",
        "what points to the customer: email or phone (their address or number), customer_no (their customer number in the text), "
        "name (their name), domain (the domain of their company), token (our token; then the case is known)",
        since=2,
    ),
    Fact(
        "unique",
        "boolean",
        "ob die Adresse oder Nummer diesem Kunden allein gehört",
        "whether the address or number is this customer's alone",
        since=2,
    ),
    Fact(
        "last_name_fits",
        "boolean",
        "ob der Nachname des Absenders zum Kunden passt",
        "whether the sender's last name fits the customer",
        since=2,
    ),
    Fact(
        "similarity",
        "number",
        "wie wahrscheinlich beide dieselben sind, von 0 bis 1; je mehr Kunden den Namen haben, desto weniger",
        "how likely both are the same, from 0 to 1; the less, the more customers have the name",
        since=2,
    ),
    Fact(
        "postcode",
        "boolean",
        "ob im Text eine Postleitzahl des Kunden steht",
        "whether a postcode of the customer stands in the text",
        since=2,
    ),
)
