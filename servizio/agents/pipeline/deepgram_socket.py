"""Sockets to Deepgram's recogniser and voice: their addresses, and how one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection

from servizio.agents.cloud.refusals import DEEPGRAM
from servizio.agents.cloud.websocket import open_websocket


async def open_socket(url: str, api_key: str) -> ClientConnection:
    """Connect. Raises `AgentError`, the more precise kinds of it where they are known."""
    return await open_websocket(DEEPGRAM, url, f"Token {api_key}", reason_header="dg-error")


def with_query(url: str, parameters: Sequence[tuple[str, str]]) -> str:
    """The address with these parameters behind any it has. A name may come more than once."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return urlunsplit(parts._replace(query=query))


def as_socket(url: str) -> str:
    """The same place by socket, where the address is one of the web."""
    return url.replace("http", "ws", 1) if url.startswith("http") else url
