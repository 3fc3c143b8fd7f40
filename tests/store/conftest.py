from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from servizio.store.sqlite import SqliteStore
from tests.store.scene import StandingClock, counting_numbers, ready_text


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop" / "servizio.db"


@pytest.fixture
def make_store(path: Path, clock: StandingClock) -> Callable[..., SqliteStore]:
    """Makes stores of one shop, closed until they are entered."""

    def make(**settings: object) -> SqliteStore:
        given = {"ready_text": ready_text, "pick_number": counting_numbers(), **settings}
        return SqliteStore(path, clock=clock, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
async def store(make_store: Callable[..., SqliteStore]) -> AsyncIterator[SqliteStore]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(make_store())
