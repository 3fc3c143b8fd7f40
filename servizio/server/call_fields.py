"""What Twilio's webhooks carry, read with care, and how they are answered."""

from __future__ import annotations

import re

from aiohttp import web
from multidict import MultiMapping

from servizio.server.answers import RequestError, read_form

Fields = MultiMapping[str | web.FileField | bytes | bytearray]

_SID = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


async def fields_of(request: web.Request) -> Fields:
    """The fields of the form, or of the query of a GET."""
    return await read_form(request) if request.method == "POST" else request.query


def text_of(fields: Fields, name: str, limit: int = 64) -> str:
    """A field as text, at most so many characters; empty where it is none."""
    value = fields.get(name, "")
    return value.strip()[:limit] if isinstance(value, str) else ""


async def call_sid(request: web.Request) -> str:
    """The call that it is about. Raises `RequestError` where that is no identifier."""
    sid = text_of(await fields_of(request), "CallSid", 80)
    if not is_sid(sid):
        raise RequestError(400, "CallSid is missing or is no identifier.")
    return sid


def number_of(fields: Fields) -> str | None:
    """The number in `From`, E.164; `None` where it is withheld or no telephone."""
    number = text_of(fields, "From")
    return number if is_number(number) else None


def is_number(text: str) -> bool:
    """Whether this is a telephone number that can be rung, E.164."""
    return _E164.fullmatch(text) is not None


def is_sid(text: str) -> bool:
    """Whether this can be an identifier of the telephone company's."""
    return _SID.fullmatch(text) is not None


def document(text: str) -> web.Response:
    """TwiML: as `text/plain` it could be read aloud to the customer."""
    return web.Response(text=text, content_type="text/xml", charset="utf-8")
