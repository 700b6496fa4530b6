"""Which hosts may be called, and at which addresses: whoever may deploy must not reach what only this machine can.

An entry of CPM_OUTGOING_HOSTS is `[http://]host[:port][+private]`: HTTPS unless it says otherwise, `*.` before a host stands for any
one below it, and only with `+private` may its name lead to an address of a private network or of this machine.
Link-local addresses and others where clouds keep their keys are never called.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from cpm.connectors.http import names

_ENTRY = re.compile(
    r"(?:(https?)://)?((?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(\+private)?"
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?|[0-9a-f:.]+")
_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
#: RFC 8215: where a network leads from there only it knows.
_NAT64_HERE = ipaddress.ip_network("64:ff9b:1::/48")
#: Beside the link-local ones, where clouds tell a machine its keys: AWS (IPv6), Alibaba, Azure, Oracle.
_CLOUDS = frozenset(
    map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"))
)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotAllowed(Exception):
    """A sentence for whoever runs the installation."""


@dataclass(frozen=True, slots=True)
class Entry:
    scheme: str
    host: str
    port: int
    private: bool

    def fits(self, scheme: str, host: str, port: int) -> bool:
        wild = self.host.startswith("*.") and host.endswith(self.host[1:]) and host != self.host[2:]
        return (scheme, port) == (self.scheme, self.port) and (wild or host == self.host)


def read_entries(text: str) -> tuple[Entry, ...]:
    """Of entries parted by commas or blanks. ValueError names the one that is none."""
    return tuple(_entry(each) for each in re.split(r"[,\s]+", text.strip().lower()) if each)


def _entry(text: str) -> Entry:
    if not (found := _ENTRY.fullmatch(text)) or int(found[3] or 1) not in range(1, 65536):
        raise ValueError(f"[http://]host[:port][+private], not {text!r}")
    scheme = found[1] or "https"
    return Entry(scheme, found[2].strip("[]"), int(found[3] or _PORTS[scheme]), found[4] is not None)


def parts_of(url: str) -> SplitResult | None:
    """None if it is no address that can be called: another scheme, a user in it, a host that is not in ASCII."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    fits = parts.scheme in _PORTS and _HOST.fullmatch(parts.hostname or "") and "@" not in parts.netloc
    return parts if fits and port != 0 else None


def address_of(url: SplitResult, entries: Sequence[Entry], *, within: float) -> tuple[str, int]:
    """The address to connect to, looked up once and looked at, and the port. NotAllowed, or OSError if the name leads nowhere,
    TimeoutError if nobody says so `within` seconds.

    Who connects by name again may be led elsewhere (DNS rebinding), so the caller connects to this address.
    """
    scheme, host = url.scheme, (url.hostname or "").lower()
    port = url.port or _PORTS.get(scheme, 0)
    entry = next((each for each in entries if each.fits(scheme, host, port)), None)
    if entry is None:
        raise NotAllowed(f"Expected {scheme}://{host}:{port} to be among CPM_OUTGOING_HOSTS, but it is not.")
    found = names.addresses(host, port, within=within)
    addresses = [ipaddress.ip_address(each.partition("%")[0]) for each in found]
    for address in addresses:  # one bad address is enough: the next look-up may give it first
        _must_be_callable(address, host, private=entry.private)
    return str(addresses[0]), port


def _must_be_callable(address: Address, host: str, *, private: bool) -> None:
    inner = _inner(address)
    if inner.is_loopback and private:  # ::1 is among the reserved
        return
    never = inner.is_link_local or inner.is_multicast or inner.is_unspecified or inner.is_reserved
    if never or inner in _CLOUDS or inner in _NAT64_HERE:
        raise NotAllowed(f"Expected {host} to lead to an address that may be called, but {address} is none.")
    if not inner.is_global and not private:
        raise NotAllowed(
            f"Expected {host} to lead to a public address, but {address} is not: add +private to its entry in CPM_OUTGOING_HOSTS."
        )


def _inner(address: Address) -> Address:
    """What an IPv6 address leads to in the end."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
