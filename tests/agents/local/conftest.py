from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import Conversation, open_store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    async with open_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def call(store: SqliteStore) -> Callable[..., Conversation]:
    """Begins a conversation; see `Conversation` for what can be set."""

    def begin(**settings: object) -> Conversation:
        return Conversation(store, **settings)  # type: ignore[arg-type]

    return begin
