"""Headers that every answer carries, so that no browser does more with it than it should."""

from __future__ import annotations

from aiohttp import web

from servizio.server.keys import SETTINGS
from servizio.server.origin import came_over_tls

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; media-src 'self'; font-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load: what this server gives it, and nothing else; no inline script or style."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: by that browsers hide the origin of our own forms, too.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    # Which versions run here is nobody's business.
    "Server": "servizio",
}
HALF_A_YEAR = 15_552_000


async def add_safe_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put them on an answer before it leaves: pages, JSON, streams, upgrades and errors alike."""
    response.headers.update(HEADERS)
    if came_over_tls(request, request.app[SETTINGS].server):
        response.headers["Strict-Transport-Security"] = f"max-age={HALF_A_YEAR}"
