"""Which addresses of the internet links may lead to. Looks names up and decides; never connects."""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address
# A host name and a port to its addresses as text.
Resolve = Callable[[str, int], Sequence[str]]

# What `is_global` of the standard library lets pass and no public web server has: special purposes of IANA's
# registry (https://www.iana.org/assignments/iana-ipv4-special-registry), and Azure's 168.63.129.16, which answers
# every machine there as a metadata service does; 169.254.169.254 and its like are link-local.
_NOT_PUBLIC = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
# All that IPv6 has handed out (RFC 4291); 6to4, Teredo and what maps IPv4 lie in it or beside it.
_GLOBAL_UNICAST = ip_network("2000::/3")
# How a network without IPv4 shows it (RFC 6052).
_NAT64 = ip_network("64:ff9b::/96")


def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a name, each once, in the system's order. Raises OSError, UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet, also when it wraps another."""
    if isinstance(address, IPv4Address):
        special = address.is_multicast or any(address in network for network in _NOT_PUBLIC)
        return address.is_global and not special
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    wrapped = address.sixtofour or address.teredo
    return address in _GLOBAL_UNICAST and address.is_global and not wrapped


def parse_address(text: str) -> Address:
    """Read an address, without the zone that link-local ones carry."""
    return ip_address(text.partition("%")[0])
