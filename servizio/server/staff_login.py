"""Logging in and out: the staff token becomes a cookie that no script can read.

Scripts and screens go on with `Authorization: Bearer TOKEN`; the cookie is for browsers.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import AsyncIterator
from datetime import datetime

from aiohttp import web

from servizio.errors import StoreError
from servizio.server.answers import RequestError, answer, fault, read_form, read_object
from servizio.server.keys import CLOCK, LOGINS, SETTINGS, STAFF, STORE
from servizio.server.login_page import login_page
from servizio.server.origin import came_over_tls, from_browser, is_same_origin, seen_address
from servizio.server.staff_pass import COOKIE, SESSION_DAYS, Session

HOME = "/barista"
"""Where staff go after logging in, unless they came from somewhere."""
LARGEST_LOGIN = 4096
"""Bytes of a login's body."""
ENDED_FACT = "ended_sessions"

WRONG = "That is not the staff token."

log = logging.getLogger(__name__)


async def show_login(request: web.Request) -> web.StreamResponse:
    """`GET /login?next=/barista`: the form; those who are inside already go on."""
    next_path = _local_path(request.query.get("next", ""))
    if session_of(request) is not None:
        raise web.HTTPSeeOther(next_path)
    return login_page(next_path)


async def log_in(request: web.Request) -> web.StreamResponse:
    """`POST /login` with `token`, as a form or JSON: sets the staff cookie.

    A form is answered with a page or sent on to `next`, JSON with JSON. 401: not the token;
    429: wait `Retry-After` seconds before the next try.
    """
    if (request.content_length or 0) > LARGEST_LOGIN:
        raise web.HTTPRequestEntityTooLarge(LARGEST_LOGIN, request.content_length or 0)
    settings = request.app[SETTINGS].server
    if from_browser(request) and not is_same_origin(request, settings):
        return fault(403, "Log in from this shop's own page.", code="cross_site")
    by_form = "json" not in request.content_type
    token, next_path = await _said(request, by_form=by_form)
    logins, address = request.app[LOGINS], seen_address(request, settings)
    seconds = math.ceil(logins.wait(address))
    if seconds:
        return _wait(seconds, next_path, by_form=by_form)
    if not request.app[STAFF].is_token(token):
        logins.wrong(address, token)
        log.warning("login_refused")
        if by_form:
            return login_page(next_path, trouble=WRONG, status=401)
        return fault(401, WRONG, code="unauthorized")
    logins.right(address)
    session, cookie = request.app[STAFF].begin(request.app[CLOCK]())
    response = _go_on(next_path) if by_form else answer(_told(session))
    _set_cookie(request, response, cookie)
    log.info("staff_logged_in")
    return response


async def log_out(request: web.Request) -> web.StreamResponse:
    """`POST /logout`: ends this session, also the streams that are open in it."""
    if from_browser(request) and not is_same_origin(request, request.app[SETTINGS].server):
        return fault(403, "Log out from this shop's own page.", code="cross_site")
    session = session_of(request)
    if session is not None:
        staff = request.app[STAFF]
        staff.end(session, request.app[CLOCK]())
        try:
            await request.app[STORE].set_fact(ENDED_FACT, staff.ended())
        except StoreError as error:
            log.warning("logout_not_kept: %s", error.message)
    json_wanted = "json" in request.content_type or "json" in request.headers.get("Accept", "")
    response = answer({"ok": True}) if json_wanted else _go_on("/")
    _set_cookie(request, response, "")
    return response


def session_of(request: web.Request) -> Session | None:
    """The session that the request's cookie stands for."""
    value = request.cookies.get(COOKIE, "")
    return request.app[STAFF].session(value, request.app[CLOCK]()) if value else None


async def keep_logouts(app: web.Application) -> AsyncIterator[None]:
    """Sessions that were ended stay so after a restart."""
    try:
        app[STAFF].remember_ended(await app[STORE].fact(ENDED_FACT), app[CLOCK]())
    except StoreError as error:
        log.warning("logouts_not_read: %s", error.message)
    yield


def steady_seconds() -> float:
    """Seconds that never go back."""
    return time.monotonic()


async def _said(request: web.Request, *, by_form: bool) -> tuple[str, str]:
    fields = await read_form(request) if by_form else await read_object(request)
    token, next_path = fields.get("token"), fields.get("next") or ""
    if not isinstance(token, str) or not token.strip():
        if by_form:
            return "", _local_path(next_path)
        raise RequestError(400, "token is missing.")
    return token.strip(), _local_path(next_path)


def _local_path(said: object) -> str:
    """A page of this server; `HOME` for anything that may lead away from it."""
    path = said if isinstance(said, str) and len(said) < 200 else ""
    plain = path.isascii() and path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else HOME


def _wait(seconds: int, next_path: str, *, by_form: bool) -> web.Response:
    sentence = f"Too many wrong tries. Wait {seconds} seconds."
    response = (
        login_page(next_path, trouble=sentence, status=429)
        if by_form
        else fault(429, sentence, code="too_many_tries")
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def _go_on(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})


def _told(session: Session) -> dict[str, object]:
    expires: datetime = session.expires
    return {"ok": True, "expires_at": expires.isoformat().replace("+00:00", "Z")}


def _set_cookie(request: web.Request, response: web.Response, value: str) -> None:
    """Set the cookie, or take it back where `value` is empty."""
    response.set_cookie(
        COOKIE,
        value,
        max_age=SESSION_DAYS * 86400 if value else 0,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=came_over_tls(request, request.app[SETTINGS].server),
    )
