"""The demo's view of the shop: its API, as any other program would use it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp

from servizio.errors import ApiError

Json = Mapping[str, Any]


class ShopWatch:
    """Staff's side of a running server. An async context manager."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(self._url, headers=self._headers)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str) -> Any:
        """Read something. Raises `ApiError`."""
        async with self._open.get(path) as answer:
            return await self._checked(answer)

    async def post(self, path: str, body: Json) -> Any:
        """Do something. Raises `ApiError`."""
        async with self._open.post(path, json=body) as answer:
            return await self._checked(answer)

    async def events(self) -> AsyncIterator[tuple[str, Json]]:
        """What happens in the shop, as it happens: name and payload."""
        kind = ""
        async with self._open.get("/api/events", timeout=aiohttp.ClientTimeout()) as answer:
            async for raw in answer.content:
                line = raw.decode().rstrip("\r\n")
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield kind, json.loads(line.removeprefix("data: "))

    @property
    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("used outside of its context")
        return self._session

    @staticmethod
    async def _checked(answer: aiohttp.ClientResponse) -> Any:
        if answer.status >= 400:
            raise ApiError(f"The shop answered {answer.status}.", status=answer.status)
        return await answer.json()
