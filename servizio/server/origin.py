"""Where a request comes from, and under which address the world reaches this server."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp import web

from servizio.settings.sections import ServerSettings

FORWARDING = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP")
"""Headers that a proxy or tunnel adds: behind one, a peer on this machine is not local."""


def _address(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_local(request: web.Request) -> bool:
    """Whether the request was made on this machine, and not handed on by a proxy on it."""
    peer = _address(request.remote)
    if peer is None or not peer.is_loopback:
        return False
    return not any(header in request.headers for header in FORWARDING)


def is_trusted_proxy(request: web.Request, settings: ServerSettings) -> bool:
    """Whether what this peer forwards is believed."""
    peer = _address(request.remote)
    return peer is not None and any(
        peer.version == network.version and peer in network for network in settings.trusted_proxies
    )


def base_url(request: web.Request, settings: ServerSettings) -> str:
    """Scheme and host under which the request was made, as its maker sees them.

    `server.public_url` where it is set; else what a trusted proxy says; else the `Host`
    header, which is good for this machine and a shop's own network only.
    """
    if settings.public_url:
        return settings.public_url
    scheme, host = request.scheme, request.host
    if is_trusted_proxy(request, settings):
        scheme = _first(request.headers.get("X-Forwarded-Proto", "")) or scheme
        host = _first(request.headers.get("X-Forwarded-Host", "")) or host
    return f"{'https' if scheme in {'https', 'wss'} else 'http'}://{host}"


def _first(header: str) -> str:
    return header.partition(",")[0].strip()
