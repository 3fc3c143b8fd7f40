"""What the server answers: JSON, and errors as `{"error": {"code", "message"}}`."""

from __future__ import annotations

import asyncio
import json
import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from multidict import MultiDictProxy

from servizio.errors import (
    AgentError,
    BookingError,
    MenuError,
    MessageError,
    OrderError,
    ServizioError,
    StoreError,
    TelephonyError,
    TransitionError,
    UnknownOrderError,
)

Form = MultiDictProxy[str | web.FileField | bytes | bytearray]
BODY_SECONDS = 20.0
"""How long a body may take to come; the telephone company gives a whole request 15."""

log = logging.getLogger(__name__)

_STATUSES: tuple[tuple[type[ServizioError], int], ...] = (
    (UnknownOrderError, 404),
    (TransitionError, 409),
    (OrderError, 422),
    (BookingError, 422),
    (MenuError, 422),
    (AgentError, 409),
    (MessageError, 409),
    (TelephonyError, 502),
    (StoreError, 503),
)
"""Which status an error becomes; the first that fits."""

_HTTP_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported",
    426: "upgrade_required",
    429: "too_many_requests",
}


class RequestError(ServizioError):
    """A request that cannot be served as it was made."""

    def __init__(self, status: int, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.status = status
        """HTTP status of the answer, 400 to 599."""


def answer(value: object, *, status: int = 200) -> web.Response:
    """JSON that nobody on the way keeps."""
    return web.Response(
        text=json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def fault(status: int, message: str, *, code: str = "", hint: str = "") -> web.Response:
    """An error answer. `hint` is added where there is something to do about it."""
    error = {"code": code or _HTTP_CODES.get(status, "error"), "message": message}
    if hint:
        error["hint"] = hint
    return answer({"error": error}, status=status)


async def read_form(request: web.Request) -> Form:
    """The form that a request carries. Raises `RequestError` for one that cannot be read."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.post()
    except TimeoutError as error:
        raise _too_slow(request) from error
    except (ValueError, LookupError, HttpProcessingError) as error:
        raise RequestError(400, "The form cannot be read.") from error


async def read_object(request: web.Request) -> dict[str, object]:
    """The JSON object that a request carries. Raises `RequestError` for anything else."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            value = json.loads(await request.text())
    except TimeoutError as error:
        raise _too_slow(request) from error
    except (ValueError, RecursionError, LookupError) as error:
        raise RequestError(400, "The body is not JSON.") from error
    if not isinstance(value, dict):
        raise RequestError(400, "The body should be a JSON object.")
    return value


def _too_slow(request: web.Request) -> RequestError:
    # Nothing can follow on this connection: the rest of the body would be taken for it.
    request.protocol.close()
    return RequestError(408, "The body did not come in time.")


@web.middleware
async def translate_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever goes wrong into an answer of the right status and kind."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _from_http(request, error)
    except RequestError as error:
        return fault(error.status, error.message, hint=error.hint)
    except ServizioError as error:
        status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
        if status >= 500:
            log.error("request_failed path=%s code=%s", _route(request), error.code, exc_info=error)
        return fault(status, error.message, code=error.code, hint=error.hint)
    except ConnectionError:
        # Whoever asked has gone: nobody reads the answer, and no log should fill with it.
        return fault(400, "The connection was lost.")
    except Exception:
        log.exception("request_crashed path=%s", _route(request))
        return fault(500, "Something went wrong in the server.", code="internal")


def _from_http(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        raise error
    sentences = {
        404: f"There is nothing at {request.path[:100]}.",
        405: f"{request.method} is not possible here.",
        413: "The body is too large.",
    }
    response = fault(error.status, sentences.get(error.status, error.reason))
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _route(request: web.Request) -> str:
    """The path as it was registered: the real one may hold a phone number."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
