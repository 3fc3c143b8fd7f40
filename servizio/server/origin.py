"""Where a request comes from, and under which address the world reaches this server."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

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


def from_browser(request: web.Request) -> bool:
    """Whether a page in a browser made the request: other programs send no such headers."""
    return "Origin" in request.headers or "Sec-Fetch-Site" in request.headers


def seen_address(request: web.Request, settings: ServerSettings) -> str:
    """Whom to hold to account for a request: an IPv4 address, or a network of IPv6 (/64).

    Behind a trusted proxy, or a tunnel on this machine, it is the nearest address that is
    neither. What such a proxy was told by others is not believed.
    """
    peer = _address(request.remote)
    if peer is not None and (peer.is_loopback or is_trusted_proxy(request, settings)):
        said = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
        for text in reversed(said[-16:]):
            address = _address(text.strip())
            if address is None:
                break
            if not _trusted(address, settings):
                peer = address
                break
    if isinstance(peer, IPv6Address):
        return str(ip_network((peer, 64), strict=False))
    return str(peer)


def is_same_origin(request: web.Request, settings: ServerSettings) -> bool:
    """Whether a page of this very server made the request, as its browser tells us.

    Browsers say where a request that changes something comes from (Fetch Metadata, `Origin`);
    one that says nothing is not believed.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return site == "same-origin"
    asked = f"{origin.partition('://')[0]}://{request.host}"
    own = {_host_and_port(asked), _host_and_port(settings.public_url)}
    return _host_and_port(origin) in own - {None}


def _host_and_port(url: str) -> tuple[str, int] | None:
    """Whom an address leads to, its usual port written out; `None`: nobody."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None


def came_over_tls(request: web.Request, settings: ServerSettings) -> bool:
    """Whether the browser reached us over https, as far as can be told.

    With a public https address every request counts as such, but for those made to this
    machine or the shop's own network directly, by an address of numbers or `localhost`.
    """
    if request.secure:
        return True
    if not base_url(request, settings).startswith("https://"):
        return False
    if any(header in request.headers for header in FORWARDING):
        return True
    host, _ = _host_and_port(f"https://{request.host}") or ("", 0)
    return _address(host) is None and host != "localhost"


def is_trusted_proxy(request: web.Request, settings: ServerSettings) -> bool:
    """Whether what this peer forwards is believed."""
    peer = _address(request.remote)
    return peer is not None and _trusted(peer, settings)


def _trusted(address: IPv4Address | IPv6Address, settings: ServerSettings) -> bool:
    return any(
        address.version == network.version and address in network
        for network in settings.trusted_proxies
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
