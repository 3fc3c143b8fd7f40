from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import open_store
from tests.agents.shop_call import ShopCall


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def shop_call(store: SqliteStore) -> Callable[..., ShopCall]:
    """Begins a call; see `ShopCall` for what can be set."""

    def begin(**settings: object) -> ShopCall:
        return ShopCall(store, **settings)  # type: ignore[arg-type]

    return begin
