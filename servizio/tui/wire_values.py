"""From JSON to plain values, with a fault that names the field. Built upon by `wire`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from servizio.errors import ApiError
from servizio.shop.line import Amount
from servizio.shop.order import Fulfilment, OrderStatus, Source
from servizio.tui.views import Speaker
from servizio.tui.words import clean

Raw = Mapping[str, object]
Choice = TypeVar("Choice", OrderStatus, Source, Fulfilment, Amount, Speaker)


def wrong(field: str, value: object) -> ApiError:
    """Say which field of an answer makes no sense."""
    return ApiError(
        f"The server sent a {field} that makes no sense: {clean(str(value), 40)!r}.",
        "Check that the server and this screen are the same version of Servizio.",
    )


def load(text: str | bytes) -> object:
    """Read JSON. Raises `ApiError` where it is none."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise wrong("message", text[:40]) from error


def table(value: object, field: str) -> Raw:
    """Insist on an object."""
    if not isinstance(value, Mapping):
        raise wrong(field, value)
    return value


def rows(value: object, field: str) -> Sequence[Raw]:
    """Insist on a list of objects; nothing at all is an empty one."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise wrong(field, value)
    return [table(each, field) for each in value]


def a_time(value: object, field: str) -> datetime:
    """Read a time, in UTC."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise wrong(field, value) from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def maybe_time(value: object, field: str) -> datetime | None:
    """Read a time that may be missing."""
    return a_time(value, field) if value else None


def amount_of(value: object) -> Decimal:
    """Read an amount of money; nothing at all is 0."""
    try:
        amount = Decimal(str(value or 0))
    except InvalidOperation as error:
        raise wrong("price", value) from error
    if not amount.is_finite():
        raise wrong("price", value)
    return amount


def number(value: object, field: str, otherwise: int) -> int:
    """Read a whole number; `otherwise` where there is none."""
    if value is None:
        return otherwise
    try:
        return int(str(value))
    except ValueError as error:
        raise wrong(field, value) from error


def choice(kind: type[Choice], value: object, otherwise: Choice | None = None) -> Choice:
    """Read one of a few words; `otherwise` where there is none."""
    if value is None and otherwise is not None:
        return otherwise
    try:
        return kind(str(value))
    except ValueError as error:
        raise wrong(kind.__name__, value) from error
