"""What the settings of a shop make of its store."""

from __future__ import annotations

from pathlib import Path

import pytest

from servizio.errors import MenuError
from servizio.paths import Folders
from servizio.server.assembly import greeting
from servizio.server.opening import open_store, shop_menu, shop_profile
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


async def test_whoever_is_to_be_told_of_orders_is_told(folders: Folders, menu: Menu) -> None:
    async with open_store(TOLD, folders, menu) as store:
        await store.place_order(draft(), actor="agent")
        (message,) = await store.messages()
    assert message.to == "https://hooks.example/secret-path"


def test_what_customers_must_be_told_is_the_first_thing_they_hear(menu: Menu) -> None:
    for agent, heard in (
        ({"notice": "This call is written down."}, "This call is written down. Thank you for"),
        ({"notice": "Recorded.", "greeting": "Hello!"}, "Recorded. Hello!"),
        ({"greeting": "Hello!"}, "Hello!"),
    ):
        settings = Settings.model_validate({"agent": agent})
        assert greeting(settings, shop_profile(settings, menu)).startswith(heard)


def test_a_menu_that_is_nowhere_is_told_with_the_folders_that_were_searched(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    with pytest.raises(MenuError) as refused:
        shop_menu(Settings.model_validate({"shop": {"menu": "mine.toml"}}), folders)
    assert refused.value.message == f"There is no menu mine.toml in {tmp_path} or in {here}."
    assert "beside servizio.toml" in refused.value.hint
