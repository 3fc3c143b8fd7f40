"""The words in which a door is described, and JSON Schema without its ceremony.

Sources: OpenAPI 3.1.1; JSON Schema 2020-12, which it uses as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Schema = dict[str, Any]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
HTML = "text/html"
TWIML = "text/xml"
PLAIN = "text/plain"
CSV = "text/csv"
EVENTS = "text/event-stream"

MONEY = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "examples": ["6.25"]}
"""An amount in the shop's currency, as text: no rounding on the way."""
TIME = {"type": "string", "format": "date-time", "examples": ["2026-11-20T18:05:00.000000Z"]}
"""ISO 8601 in UTC."""
ORDER_NUMBER = {"type": "string", "pattern": "^[0-9]{4}$", "examples": ["4782"]}
PHONE = {"type": "string", "pattern": r"^\+[1-9][0-9]{6,14}$", "examples": ["+14155550100"]}
"""E.164."""
SID = {"type": "string", "pattern": "^[A-Za-z0-9]{1,64}$"}
"""Under which the telephone company knows a call, a text or a recording."""
CALL_SID = {"type": "string", "examples": ["CA0123456789abcdef0123456789abcdef"]}
CLOCK_TIME = {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$", "examples": ["10:00"]}

DAY = {"type": "string", "format": "date", "examples": ["2026-11-20"]}


class Tag(StrEnum):
    """Under which heading a door stands."""

    PUBLIC = "public"
    ORDERS = "orders"
    CALLS = "calls"
    SHOP = "shop"
    MESSAGES = "messages"
    EVENTS = "events"
    SESSION = "session"
    PAGES = "pages"
    TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a door."""

    about: str
    media: Mapping[str, Schema] = field(default_factory=dict)
    """Content type to schema; none: the answer has no body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Name to what it says."""
    example: object = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something in a query or a header."""

    name: str
    schema: Schema
    about: str
    where: str = "query"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries."""

    schema: Schema
    example: object = None
    media: tuple[str, ...] = (JSON,)
    required: bool = True


@dataclass(frozen=True, slots=True)
class Operation:
    """One door: a method at a path."""

    id: str
    tag: Tag
    summary: str
    replies: Mapping[int, Reply]
    about: str = ""
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    errors: tuple[int, ...] = ()
    """Statuses answered with an `Error`, besides those that every such door has."""


Doors = Mapping[tuple[str, str], Operation]
"""Method and path as in `ROUTES`."""


def text(about: str = "", *, longest: int | None = None, **more: object) -> Schema:
    """Any text."""
    schema: Schema = {"type": "string"}
    if longest is not None:
        schema["maxLength"] = longest
    return described(schema | more, about)


def whole(least: int = 0, most: int | None = None, about: str = "") -> Schema:
    """A whole number."""
    schema: Schema = {"type": "integer", "minimum": least}
    if most is not None:
        schema["maximum"] = most
    return described(schema, about)


def number(about: str = "") -> Schema:
    """A number from 0."""
    return described({"type": "number", "minimum": 0}, about)


def flag(about: str = "") -> Schema:
    """True or false."""
    return described({"type": "boolean"}, about)


def one_of(values: Iterable[str], about: str = "") -> Schema:
    """One of these words."""
    return described({"type": "string", "enum": [str(value) for value in values]}, about)


def always(value: object) -> Schema:
    """This value and no other."""
    return {"const": value}


def maybe(schema: Schema, about: str = "") -> Schema:
    """This, or null."""
    if set(schema) - {"$ref"} and isinstance(schema.get("type"), str) and "enum" not in schema:
        return described(schema | {"type": [schema["type"], "null"]}, about)
    return described({"anyOf": [schema, {"type": "null"}]}, about)


def many(schema: Schema, about: str = "", *, most: int | None = None) -> Schema:
    """A list."""
    found: Schema = {"type": "array", "items": schema}
    if most is not None:
        found["maxItems"] = most
    return described(found, about)


def record(properties: Mapping[str, Schema], *, optional: Iterable[str] = ()) -> Schema:
    """An object; every property is there unless it is named as optional."""
    left_out = set(optional)
    found: Schema = {"type": "object", "properties": dict(properties)}
    required = [name for name in properties if name not in left_out]
    return found | {"required": required} if required else found


def table(values: Schema, about: str = "") -> Schema:
    """An object whose keys are not known beforehand."""
    return described({"type": "object", "additionalProperties": values}, about)


def ref(name: str) -> Schema:
    """A schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def described(schema: Schema, about: str) -> Schema:
    """With a sentence about it."""
    return schema | {"description": about} if about else schema


def gives(about: str, schema: Schema, *, example: object = None, **headers: str) -> Reply:
    """An answer of JSON."""
    named = {name.replace("_", "-"): said for name, said in headers.items()}
    return Reply(about, {JSON: schema}, named, example)


def shows(about: str, media: str, **more: object) -> Reply:
    """An answer that is text of some kind."""
    return Reply(about, {media: {"type": "string"} | more})
