"""Opens a provider's websocket, for those whose frames are too few to need a faster client."""

from __future__ import annotations

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI

from servizio.agents.cloud.refusals import Provider, refusal, unreachable

PING_SECONDS = 5.0
"""Between pings, and until one must be answered: a dead network is found by them."""
LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes; the sound of a long answer may come in one message."""
CLOSE_SECONDS = 0.3
MOST_SAID = 400
"""Bytes of a refusal's body that are read."""


async def open_websocket(
    provider: Provider, url: str, authorization: str, *, reason_header: str = ""
) -> ClientConnection:
    """Connect. Raises `AgentError`, the more precise kinds of it where they are known.

    `reason_header` is where the provider says why it refuses; without one it is the body.
    """
    try:
        return await connect(
            url,
            additional_headers={"Authorization": authorization},
            compression=None,
            max_size=LARGEST_MESSAGE,
            max_queue=None,
            ping_interval=PING_SECONDS,
            ping_timeout=PING_SECONDS,
            close_timeout=CLOSE_SECONDS,
        )
    except InvalidStatus as error:
        response = error.response
        if reason_header:
            said = response.headers.get(reason_header) or ""
        else:
            said = (response.body or b"")[:MOST_SAID].decode("utf-8", "replace")
        raise refusal(provider, response.status_code, said) from error
    except (OSError, InvalidHandshake, InvalidURI, TimeoutError, EOFError) as error:
        raise unreachable(provider, error) from error
