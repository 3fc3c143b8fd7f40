"""Who may pass: one middleware for the three kinds of doors.

Public doors are open. Staff doors want the staff token, or the cookie of a session that was
begun with it. Telephone doors want a request that
Twilio signed; with no auth token set, one that was made on this machine.
"""

from __future__ import annotations

import logging
import math
from enum import StrEnum
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler

from servizio.server.answers import fault, read_form
from servizio.server.keys import BEARERS, DOORS, LIMITS, SETTINGS, SIGNATURES, STAFF
from servizio.server.newcomers import NEWCOMERS
from servizio.server.origin import base_url, from_browser, is_local, is_same_origin, seen_address
from servizio.server.staff_login import session_of
from servizio.telephony.signature import SignatureCheck, upgrade_urls, webhook_url

log = logging.getLogger(__name__)

LARGEST_FORM = 64 * 1024
"""Bytes; Twilio's forms are below 2000."""
BUSY_SECONDS = 5.0
"""When an address that has too many connections open may try again."""


class Door(StrEnum):
    """Who is let in."""

    PUBLIC = "public"
    STAFF = "staff"
    TELEPHONE = "telephone"


@web.middleware
async def check_door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who may; 401 or 403 for the rest. A route without a door is the staff's."""
    request.app[NEWCOMERS].spoke(request.protocol)
    if isinstance(request.match_info.http_exception, web.HTTPException):
        return await handler(request)
    match request.app[DOORS].get(request.match_info.route, Door.STAFF):
        case Door.STAFF:
            return await _serve_staff(request, handler)
        case Door.TELEPHONE:
            return await _serve_telephone(request, handler)
        case _:
            return await _serve_anybody(request, handler)


async def _serve_anybody(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let everybody in, but not one address for all others.

    Programs of this machine have no limit: the screens, a simulated telephone, a benchmark.
    """
    if is_local(request):
        return await handler(request)
    limits, address = request.app[LIMITS], _address_of(request)
    if seconds := limits.visits.take(address):
        return _too_many(seconds)
    with limits.keeping_open(address) as allowed:
        return await handler(request) if allowed else _too_many(BUSY_SECONDS)


async def _serve_telephone(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in the telephone company: a right signature always, whoever shares its address.

    Refusals of one address are logged, and answered as what they are, so many times.
    """
    why = await _why_not_telephone(request)
    if not why:
        return await handler(request)
    if seconds := request.app[LIMITS].refusals.take(_address_of(request)):
        return _too_many(seconds)
    log.warning("webhook_refused path=%s reason=%s", request.path[:60], why)
    return fault(403, "This is for the telephone company.", code="forbidden")


def _address_of(request: web.Request) -> str:
    return seen_address(request, request.app[SETTINGS].server)


def _too_many(seconds: float) -> web.Response:
    response = fault(429, "Too many requests.", code="too_many_requests")
    response.headers["Retry-After"] = str(math.ceil(seconds))
    response.force_close()
    return response


async def _serve_staff(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in whoever brings the token, or the cookie of a session begun with it.

    The right token is let in always, however many wrong ones came from its address.
    """
    staff = request.app[STAFF]
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if not staff.is_token(given.strip()):
            return _wrong_token(request, given.strip())
        with staff.inside(request, ""):
            return await handler(request)
    session = session_of(request)
    if session is None:
        return _nobody(request)
    if not _may_act(request):
        return fault(403, "This came from a page that is not this shop's.", code="cross_site")
    with staff.inside(request, session.id):
        return await handler(request)


def _may_act(request: web.Request) -> bool:
    """Whether the cookie came with a request of our own pages.

    What changes something must say so. The rest must not say otherwise, but for links that
    are followed: those only show a page.
    """
    if request.method not in {"GET", "HEAD"} or "Upgrade" in request.headers:
        return is_same_origin(request, request.app[SETTINGS].server)
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site in {"same-origin", "none"} or request.headers.get("Sec-Fetch-Mode") == "navigate"


def _wrong_token(request: web.Request, given: str) -> web.Response:
    bearers, address = request.app[BEARERS], _address_of(request)
    bearers.wrong(address, given)
    seconds = math.ceil(bearers.wait(address))
    if not seconds:
        return _unauthorized()
    response = fault(429, "Too many wrong tokens.", code="too_many_tries")
    response.headers["Retry-After"] = str(seconds)
    # Whoever guesses pays for a new connection each time.
    response.force_close()
    return response


def _nobody(request: web.Request) -> web.Response:
    """Ask for the token: a person in a browser by the login page, a program by 401."""
    wants_page = "text/html" in request.headers.get("Accept", "")
    if request.method != "GET" or not wants_page:
        return _unauthorized()
    return web.Response(
        status=303,
        headers={
            "Location": f"/login?{urlencode({'next': request.path_qs[:200]})}",
            "Cache-Control": "no-store",
        },
    )


def _unauthorized() -> web.Response:
    response = fault(
        401,
        "This is for the staff.",
        code="unauthorized",
        hint="Send the staff token: Authorization: Bearer TOKEN.",
    )
    response.headers["WWW-Authenticate"] = 'Bearer realm="servizio"'
    return response


async def _why_not_telephone(request: web.Request) -> str:
    """Why this is not from the telephone company; empty: it is."""
    check = request.app[SIGNATURES]
    if check is not None:
        return await _why_not_signed(request, check)
    # A page in a browser on this machine can post forms here and open sockets, too.
    if is_local(request) and not from_browser(request):
        return ""
    return "no twilio.auth_token is set, so only this machine is answered"


async def _why_not_signed(request: web.Request, check: SignatureCheck) -> str:
    signature = request.headers.get("X-Twilio-Signature")
    if not signature:
        # Nothing of it is read.
        return "there is no signature"
    url = webhook_url(base_url(request, request.app[SETTINGS].server), request.raw_path)
    if request.headers.get("Upgrade", "").lower() == "websocket":
        url = url.replace("https://", "wss://", 1).replace("http://", "ws://", 1)
        signed, tried = check.upgrade(url, signature), " ".join(upgrade_urls(url))
    elif request.method == "POST":
        if (request.content_length or 0) > LARGEST_FORM:
            return "the form is too large"
        signed, tried = check.form(url, await read_form(request), signature), url
    else:
        signed, tried = check.form(url, None, signature), url
    return "" if signed else f"the signature is not that of {tried[:300]}"
