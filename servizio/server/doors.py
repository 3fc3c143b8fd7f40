"""Who may pass: one middleware for the three kinds of doors.

Public doors are open. Staff doors want the staff token. Telephone doors want a request that
Twilio signed; with no auth token set, one that was made on this machine.
"""

from __future__ import annotations

import hmac
import logging
from enum import StrEnum

from aiohttp import web
from aiohttp.typedefs import Handler

from servizio.server.answers import fault
from servizio.server.keys import DOORS, SETTINGS, SIGNATURES, TOKEN
from servizio.server.origin import base_url, is_local
from servizio.telephony.signature import SignatureCheck, upgrade_urls, webhook_url

log = logging.getLogger(__name__)

LARGEST_FORM = 64 * 1024
"""Bytes; Twilio's forms are below 2000."""


class Door(StrEnum):
    """Who is let in."""

    PUBLIC = "public"
    STAFF = "staff"
    TELEPHONE = "telephone"


@web.middleware
async def check_door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in who may; 401 or 403 for the rest. A route without a door is the staff's."""
    if isinstance(request.match_info.http_exception, web.HTTPException):
        return await handler(request)
    match request.app[DOORS].get(request.match_info.route, Door.STAFF):
        case Door.STAFF if not _has_token(request):
            response = fault(
                401,
                "This is for the staff.",
                code="unauthorized",
                hint="Send the staff token: Authorization: Bearer TOKEN.",
            )
            response.headers["WWW-Authenticate"] = 'Bearer realm="servizio"'
            return response
        case Door.TELEPHONE if not await _is_telephone(request):
            return fault(403, "This is for the telephone company.", code="forbidden")
        case _:
            return await handler(request)


def _has_token(request: web.Request) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    expected = request.app[TOKEN].get_secret_value()
    # Compared as bytes: `compare_digest` refuses text that is not ASCII.
    same = hmac.compare_digest(given.strip().encode("utf-8", "replace"), expected.encode())
    return bool(expected) and scheme.lower() == "bearer" and same


async def _is_telephone(request: web.Request) -> bool:
    check = request.app[SIGNATURES]
    if check is None:
        local = is_local(request)
        if not local:
            log.warning(
                "webhook_refused path=%s reason=no twilio.auth_token is set, so only this "
                "machine is answered",
                request.path[:60],
            )
        return local
    return await _is_signed(request, check)


async def _is_signed(request: web.Request, check: SignatureCheck) -> bool:
    signature = request.headers.get("X-Twilio-Signature")
    url = webhook_url(base_url(request, request.app[SETTINGS].server), request.raw_path)
    if request.headers.get("Upgrade", "").lower() == "websocket":
        url = url.replace("https://", "wss://", 1).replace("http://", "ws://", 1)
        signed, tried = check.upgrade(url, signature), " ".join(upgrade_urls(url))
    elif request.method == "POST":
        if (request.content_length or 0) > LARGEST_FORM:
            return False
        signed, tried = check.form(url, await request.post(), signature), url
    else:
        signed, tried = check.form(url, None, signature), url
    if not signed:
        log.warning(
            "signature_refused urls=%s header=%s",
            tried[:300],
            "wrong" if signature else "missing",
        )
    return signed
