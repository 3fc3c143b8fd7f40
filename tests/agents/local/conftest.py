from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import Conversation, open_store


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty store: to make one takes longer than a conversation."""
    folder = tmp_path_factory.mktemp("empty-shop")

    async def make() -> None:
        async with open_store(folder):
            pass

    asyncio.run(make())
    return folder


@pytest.fixture
async def store(tmp_path: Path, empty_shop: Path) -> AsyncIterator[SqliteStore]:
    shutil.copytree(empty_shop, tmp_path / "shop")
    async with open_store(tmp_path / "shop") as opened:
        yield opened


@pytest.fixture
def call(store: SqliteStore) -> Callable[..., Conversation]:
    """Begins a conversation; see `Conversation` for what can be set."""

    def begin(**settings: object) -> Conversation:
        return Conversation(store, **settings)  # type: ignore[arg-type]

    return begin
