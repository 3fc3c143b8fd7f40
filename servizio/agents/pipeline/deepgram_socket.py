"""Sockets to Deepgram's recogniser and voice: how one is opened, and what a refusal means."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError

PING_SECONDS = 5.0
"""The recogniser and the voice are kept alive by pings, and a dead network is found by them."""
LARGEST_MESSAGE = 8 * 1024 * 1024


async def open_socket(url: str, api_key: str) -> ClientConnection:
    """Connect. Raises `AgentError`, the more precise kinds of it where they are known."""
    try:
        return await connect(
            url,
            additional_headers={"Authorization": f"Token {api_key}"},
            compression=None,
            max_size=LARGEST_MESSAGE,
            max_queue=None,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=0.3,
        )
    except InvalidStatus as error:
        raise _refusal(error) from error
    except (OSError, InvalidHandshake, InvalidURI, TimeoutError, EOFError) as error:
        raise AgentUnreachableError(
            f"Deepgram cannot be reached: {type(error).__name__}."
        ) from error


def with_query(url: str, parameters: Sequence[tuple[str, str]]) -> str:
    """The address with these parameters behind any it has. A name may come more than once."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return urlunsplit(parts._replace(query=query))


def as_socket(url: str) -> str:
    """The same place by socket, where the address is one of the web."""
    return url.replace("http", "ws", 1) if url.startswith("http") else url


def _refusal(error: InvalidStatus) -> AgentError:
    status = error.response.status_code
    given = error.response.headers.get("dg-error") or ""
    said = "".join(sign if sign.isprintable() else " " for sign in given[:160])
    message = f"Deepgram refused the call: HTTP {status} {said}".strip()
    if status == 429 or status >= 500:
        return AgentUnreachableError(message, "Deepgram is busy or out of order; nothing to do.")
    hint = "Check deepgram.api_key." if status in {401, 403} else "Check the Deepgram settings."
    return AgentRefusedError(message, hint)
