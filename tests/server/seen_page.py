"""A page as whoever opens it finds it."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

from tests.server.conftest import STAFF, Shop

NOON = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
"""A Saturday; noon in New York."""


class Seen(HTMLParser):
    """What a page is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += f" {data}"

    @property
    def text(self) -> str:
        return " ".join(self.words.split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


async def look(shop: Shop, path: str, *, staff: bool = False) -> Seen:
    headers = STAFF if staff else {}
    async with shop.http.get(shop.url + path, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "text/html"
        return Seen(await answer.text())
