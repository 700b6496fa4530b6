"""What a designer may declare of another system, and what is refused before anybody depends on it."""

from urllib.parse import urlsplit

import pytest

from cpm.connectors import http
from cpm.connectors.http.allowed import NotAllowed, address_of
from cpm.connectors.http.element_templates import templates
from rules.xml import Refused

PARCELS = """
name = {de = "Paketdienst", en = "Parcel service"}
secrets = ["CARRIER_TOKEN"]

[operations.find_parcel]
name = {de = "Sendung suchen", en = "Find a parcel"}
url = "https://api.carrier.example/v1/parcels/{number}"
inputs = {number = {de = "Nummer", en = "Number"}, details = "Details"}
optional = ["details"]
query = {details = "=details", key = "{{secrets.CARRIER_TOKEN}}"}
headers = {Authorization = "Bearer {{secrets.CARRIER_TOKEN}}"}
result = {parcel_state = "=body.state"}
errors = [{status = 404, code = "unknown_parcel", why = '="No parcel " + number'}]
"""


def said(content: str) -> str:
    with pytest.raises(Refused) as refused:
        http.read(content.encode(), "p/http/parcels.toml")
    assert all((each.german or "").startswith("Erwartet: ") for each in refused.value.findings)
    return str(refused.value)


def test_what_is_declared_is_an_element_template_for_the_modeler() -> None:
    system = http.read(PARCELS.encode(), "p/http/parcels.toml")
    (made,) = templates("parcels", system, "de")
    assert (made["id"], made["name"]) == ("cpm.http.parcels.find_parcel", "Paketdienst: Sendung suchen")
    labels = [each.get("label") for each in made["properties"]]
    assert labels == [None, "Nummer", "Details", "\u2192 parcel_state"]
    assert made["properties"][1]["constraints"] == {"notEmpty": True}


@pytest.mark.parametrize(
    ("was", "becomes", "why"),
    [
        ("api.carrier.example", "{number}.example", "a fixed host"),
        ("parcels/{number}", "parcels/{other}", "one of the inputs"),
        ("parcels/{number}", "parcels?x=1", "under query"),
        ("https://api", "ftp://api", "https://host/path"),
        ("https://api", "https://\u00e4pi", "a fixed host in ASCII"),
        ("https://api", "https://[", "https://host/path"),
        ("https://api", "https://me:word@api", "without a user"),
        ("Bearer {{secrets.CARRIER_TOKEN}}", "Bearer {{secrets.OTHER}}", "OTHER to be one of the secrets"),
        ("Bearer {{secrets.CARRIER_TOKEN}}", "Bearer {{number}}", "the only placeholder"),
        ('"=details"', "'=\"{{secrets.CARRIER_TOKEN}}\"'", "secrets stand in fixed texts only"),
        ("Authorization", "Host", "not the connection's own"),
        ("=body.state", "=body.", "FEEL that can be read"),
        ('code = "unknown_parcel"', 'code = "Unknown parcel"', "a table with a code"),
        ("status = 404, ", "", "a status or when"),
        ('optional = ["details"]', 'optional = ["x"]', "names of inputs"),
        ('optional = ["details"]', "timeout = 0", "seconds up to 120"),
        ('optional = ["details"]', 'method = "TRACE"', "one of DELETE"),
        ('optional = ["details"]', "retires = 3", "one of body"),
    ],
)
def test_what_cannot_run_as_it_says_is_refused(was: str, becomes: str, why: str) -> None:
    assert was in PARCELS
    assert why in said(PARCELS.replace(was, becomes, 1))


ENTRIES = http.read_entries("api.example.org, *.partner.example:8443 http://127.0.0.1:8000+private")


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/",
        "http://api.example.org/",
        "https://api.example.org:444/",
        "https://partner.example:8443/",
        "https://api.example.org.evil.example/",
        "http://127.0.0.1:8001/",
    ],
)
def test_what_is_not_on_the_list_is_not_called(url: str) -> None:
    with pytest.raises(NotAllowed, match="CPM_OUTGOING_HOSTS"):
        address_of(urlsplit(url), ENTRIES, within=5)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "0.0.0.0",
        "fe80::1",
    ],
)
def test_a_name_that_leads_inside_is_not_followed(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever owns a name on the list decides where it leads, at each look-up."""
    family = 10 if ":" in address else 2
    found = [(2, 1, 6, "", ("93.184.216.34", 443)), (family, 1, 6, "", (address, 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(NotAllowed):
        address_of(urlsplit("https://api.example.org/"), ENTRIES, within=5)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fe80::1",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "64:ff9b::a83f:8110",
        "64:ff9b:1::1",
    ],
)
def test_a_clouds_own_addresses_are_never_called(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 443))])
    with pytest.raises(NotAllowed):
        address_of(urlsplit("https://inside.example/"), http.read_entries("inside.example+private"), within=5)


def test_this_machine_is_called_by_each_of_its_addresses_where_it_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(10, 1, 6, "", ("::1", 80)), (2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    assert address_of(
        urlsplit("http://localhost/"), http.read_entries("http://localhost+private"), within=5
    ) == (
        "::1",
        80,
    )


@pytest.mark.parametrize("entry", ["ftp://x", "a b/c", "x:0", "x:99999", "*", "x/path", "user@x"])
def test_an_entry_that_cannot_be_read_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="not"):
        http.read_entries(entry)
