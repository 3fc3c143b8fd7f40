"""What the settings of a shop make of its store."""

from __future__ import annotations

from pathlib import Path

import pytest

from servizio.paths import Folders
from servizio.server.assembly import warn_of_webhooks
from servizio.server.opening import open_store, shop_menu
from servizio.settings import Settings
from servizio.shop.menu import Menu
from tests.store.scene import draft

TOLD = Settings.model_validate({"webhooks": {"urls": ["https://hooks.example/secret-path"]}})


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(config=tmp_path, data=tmp_path)


@pytest.fixture
def menu(folders: Folders) -> Menu:
    return shop_menu(TOLD, folders)


async def test_no_webhook_is_queued_as_nobody_would_send_it(folders: Folders, menu: Menu) -> None:
    async with open_store(TOLD, folders, menu) as store:
        await store.place_order(draft(), actor="agent")
        assert list(await store.messages()) == []


def test_whoever_set_webhooks_is_told_that_there_are_none(
    caplog: pytest.LogCaptureFixture,
) -> None:
    warn_of_webhooks(Settings())
    assert caplog.text == ""
    warn_of_webhooks(TOLD)
    assert caplog.text.count("webhooks_skipped") == 1
    assert "secret-path" not in caplog.text
