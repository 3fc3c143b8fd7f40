"""The whole description, put together from what is known of each door."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Final

from aiohttp import web

from servizio import __version__
from servizio.server.description.call_shapes import CALL_SHAPES
from servizio.server.description.message_shapes import MESSAGE_SHAPES
from servizio.server.description.order_shapes import ORDER_SHAPES
from servizio.server.description.parts import (
    JSON,
    ORDER_NUMBER,
    Body,
    Doors,
    Operation,
    Parameter,
    Reply,
    Schema,
    Tag,
    ref,
    text,
    whole,
)
from servizio.server.description.public_doors import PUBLIC_DOORS
from servizio.server.description.shop_doors import SHOP_DOORS
from servizio.server.description.shop_shapes import SHOP_SHAPES
from servizio.server.description.staff_doors import STAFF_DOORS
from servizio.server.description.telephone_doors import TELEPHONE_DOORS
from servizio.server.doors import Door
from servizio.server.staff_pass import COOKIE

Route = tuple[str, str, Door, Callable[..., Any]]
"""Method, path, who may pass, and what answers: a row of `ROUTES`."""

DESCRIBED: Final[Doors] = {**PUBLIC_DOORS, **STAFF_DOORS, **SHOP_DOORS, **TELEPHONE_DOORS}
SHAPES: Final = ORDER_SHAPES | CALL_SHAPES | SHOP_SHAPES | MESSAGE_SHAPES

_SECURITY: Final[dict[Door, list[dict[str, list[str]]]]] = {
    Door.PUBLIC: [],
    Door.STAFF: [{"staffToken": []}, {"staffCookie": []}],
    # The empty one stands for programs of this machine, where no auth token is set.
    Door.TELEPHONE: [{"twilioSignature": []}, {}],
}
_REFUSALS: Final[dict[Door, tuple[int, ...]]] = {
    Door.PUBLIC: (429,),
    Door.STAFF: (401, 403, 429, 503),
    Door.TELEPHONE: (403, 429),
}
_ERRORS: Final = {
    400: "The request is not what it should be.",
    401: "The staff token, or a session, is missing.",
    403: "Not from there.",
    404: "There is no such thing.",
    409: "Not as things stand.",
    413: "The body is too large.",
    422: "The shop does not sell it like that.",
    426: "This is a WebSocket.",
    429: "Too many requests.",
    502: "The telephone company refused.",
    503: "The database cannot be written or read.",
}
_PATHS: Final[dict[str, tuple[Schema, str]]] = {
    "number": (ORDER_NUMBER, "The order's number."),
    "sid": (text(), "The call."),
    "id": (whole(1), "The message."),
    "part": ({"type": "string"}, "Which part."),
    "name": (text(), "The file."),
}
_TAGS: Final = {
    Tag.PUBLIC: "For everybody, without a login.",
    Tag.ORDERS: "Orders, for staff.",
    Tag.CALLS: "Calls, for staff.",
    Tag.SHOP: "The menu and the shop's day, for staff.",
    Tag.MESSAGES: "Texts and webhooks, for staff.",
    Tag.EVENTS: "What happens, as it happens.",
    Tag.SESSION: "Logging in with a browser.",
    Tag.PAGES: "Pages for people.",
    Tag.TELEPHONE: "Twilio's webhooks and its media stream.",
}
_IN_PATH: Final = re.compile(r"\{(\w+)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}")


class Description:
    """The description of a server's routes, made when it is first asked for."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)

    @cached_property
    def body(self) -> bytes:
        """As it goes over the wire."""
        return json.dumps(document(self._routes), ensure_ascii=False).encode()


DESCRIPTION = web.AppKey("description", Description)


async def show_description(request: web.Request) -> web.Response:
    """`GET /openapi.json`: OpenAPI 3.1."""
    return web.Response(
        body=request.app[DESCRIPTION].body,
        content_type=JSON,
        headers={"Cache-Control": "no-cache"},
    )


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The description of these routes. Raises `KeyError` for one that nobody has described."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, door, _handler in routes:
        plain = plain_path(path)
        described = _operation(DESCRIBED[method, plain], plain, door)
        paths.setdefault(plain, {})[method.lower()] = described
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Servizio",
            "version": __version__,
            "summary": "The API of a shop that takes orders by telephone.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "The shop's own server."}],
        "tags": [{"name": tag, "description": about} for tag, about in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": SHAPES,
            "responses": {_error_name(status): _error(status) for status in _ERRORS},
            "securitySchemes": {
                "staffToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`servizio config token` prints it.",
                },
                "staffCookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
                "twilioSignature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Twilio-Signature",
                    "description": "Of the whole request. With no auth token set, programs of "
                    "this machine need none.",
                },
            },
        },
    }


def plain_path(path: str) -> str:
    """A route's path without the patterns of its parameters."""
    return _IN_PATH.sub(r"{\1}", path)


def _operation(described: Operation, path: str, door: Door) -> dict[str, Any]:
    parameters = [_in_path(name) for name in _IN_PATH.findall(path)]
    parameters += [_parameter(each) for each in described.parameters]
    found: dict[str, Any] = {
        "operationId": described.id,
        "tags": [described.tag],
        "summary": described.summary,
        "description": described.about,
        "parameters": parameters,
        "requestBody": _body(described.body) if described.body else None,
        "responses": _replies(described, door),
        "security": _SECURITY[door],
    }
    needed = {"operationId", "responses", "security"}
    return {key: value for key, value in found.items() if value or key in needed}


def _replies(described: Operation, door: Door) -> dict[str, Any]:
    refused = set(described.errors) | set(_REFUSALS[door])
    if described.body is not None:
        refused.add(413)
    replies: dict[int, Any] = {
        status: {"$ref": f"#/components/responses/{_error_name(status)}"} for status in refused
    }
    for status, reply in described.replies.items():
        replies[status] = _reply(reply, or_error=status in refused or status in _ERRORS)
    return {str(status): replies[status] for status in sorted(replies)}


def _reply(reply: Reply, *, or_error: bool = False) -> dict[str, Any]:
    media: dict[str, Any] = {}
    for kind, schema in reply.media.items():
        media[kind] = {"schema": schema}
        if reply.example is not None:
            media[kind]["example"] = reply.example
    if or_error:
        said = media.setdefault(JSON, {"schema": ref("Error")})
        if said["schema"] != ref("Error"):
            said["schema"] = {"anyOf": [said["schema"], ref("Error")]}
    found: dict[str, Any] = {"description": reply.about}
    if media:
        found["content"] = media
    if reply.headers:
        found["headers"] = {
            name: {"description": said, "schema": {"type": "string"}}
            for name, said in reply.headers.items()
        }
    return found


def _error(status: int) -> dict[str, Any]:
    return {"description": _ERRORS[status], "content": {JSON: {"schema": ref("Error")}}}


def _error_name(status: int) -> str:
    return f"Error{status}"


def _in_path(name: str) -> dict[str, Any]:
    schema, about = _PATHS[name]
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": about}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "required": parameter.required,
        "schema": parameter.schema,
        "description": parameter.about,
    }


def _body(body: Body) -> dict[str, Any]:
    media: dict[str, Any] = {"schema": body.schema}
    if body.example is not None:
        media["example"] = body.example
    return {"required": body.required, "content": dict.fromkeys(body.media, media)}
