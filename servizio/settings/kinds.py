"""Kinds of values in the settings: how each is read from text, and what is wrong with it."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, SecretStr

from servizio.errors import OrderError
from servizio.shop.phone_number import parse_phone_number


def words_of(value: object) -> object:
    """Take a list from one line of text: JSON, or parts with commas between."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError as error:
            raise ValueError("should be a list: parts with commas between, or JSON") from error
    return [part.strip() for part in text.split(",") if part.strip()]


def table_from_line(value: object) -> object:
    """Take a table from one line of text: JSON."""
    if not isinstance(value, str) or not value.strip():
        return value or {}
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError("should be a table; in the environment, as JSON") from error


def _web(value: str) -> str:
    return _url(value, ("http", "https"))


def _socket(value: str) -> str:
    return _url(value, ("ws", "wss"))


def _web_or_socket(value: str) -> str:
    return _url(value, ("http", "https", "ws", "wss"))


def _url(value: str, schemes: tuple[str, ...]) -> str:
    text = value.strip().rstrip("/")
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"should be an address that begins with {schemes[-1]}://")
    return text


def public_address(value: str) -> str:
    """A web address, also from a bare host name or a socket's address. Raises `ValueError`."""
    text = value.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    text = text.replace("wss://", "https://", 1).replace("ws://", "http://", 1)
    return _web(text)


def _phone(value: str) -> str:
    # A number that is written as it should be needs no slow package to say so.
    if not value or re.fullmatch(r"\+[1-9][0-9]{6,14}", value):
        return value
    try:
        return parse_phone_number(value)
    except OrderError as error:
        raise ValueError("should be a phone number with its country: +14155550123") from error


def time_zone(value: str) -> str:
    """The IANA name of a time zone that this machine knows, or nothing. Raises `ValueError`."""
    try:
        if value:
            ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("should be a time zone such as America/New_York") from error
    return value


def _network(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ip_network(value, strict=False)
    except ValueError as error:
        raise ValueError("should be an address or a network such as 10.0.0.0/8") from error


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("should name at least one agent, or be auto")
    if len(set(names)) < len(names):
        raise ValueError("should name each agent once")
    return names


def signing_secret(value: SecretStr) -> SecretStr:
    """A secret for signing webhooks; behind `whsec_` stands base64. Raises `ValueError`."""
    secret = value.get_secret_value()
    if secret.startswith("whsec_"):
        try:
            b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError as error:
            raise ValueError("should be base64 after whsec_") from error
    return value


PhoneNumber = Annotated[str, AfterValidator(_phone)]
Words = Annotated[tuple[str, ...], BeforeValidator(words_of)]
WebUrl = Annotated[str, AfterValidator(_web)]
OptionalWebUrl = Annotated[str, AfterValidator(lambda value: _web(value) if value else "")]
WebUrls = Annotated[tuple[WebUrl, ...], BeforeValidator(words_of)]
SocketUrl = Annotated[str, AfterValidator(_socket)]
AnyUrl = Annotated[str, AfterValidator(_web_or_socket)]
Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
AgentName = Literal["deepgram", "openai", "pipeline", "local"]
Order = Annotated[
    Literal["auto"] | Annotated[tuple[AgentName, ...], AfterValidator(_each_once)],
    BeforeValidator(lambda value: value if value == "auto" else words_of(value)),
]
