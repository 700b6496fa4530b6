"""Is it this machine itself? What is neither encrypted nor signed in goes nowhere else."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Of an address, or of localhost by name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
