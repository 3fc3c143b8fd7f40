"""A server does not begin with a door open that should be shut, and a new token counts at once."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from servizio.errors import SettingsError
from servizio.paths import Folders
from servizio.server import token_watch
from servizio.server.keys import STAFF
from servizio.server.safety import check_safety
from servizio.settings import Settings, new_staff_token, staff_token
from tests.server.conftest import Shop

LONG = SecretStr("a token of twenty-nine letters")


def shop_settings(**sections: dict[str, object]) -> Settings:
    return Settings.model_validate(sections)


def test_a_public_address_without_an_auth_token_refuses_to_start() -> None:
    with pytest.raises(SettingsError, match=r"twilio\.auth_token is not"):
        check_safety(shop_settings(server={"public_url": "https://shop.example"}), LONG)


def test_a_staff_token_that_can_be_guessed_is_not_put_behind_a_public_address() -> None:
    settings = shop_settings(
        server={"public_url": "https://shop.example"}, twilio={"auth_token": "secret"}
    )
    check_safety(settings, LONG)
    with pytest.raises(SettingsError, match="fewer than 16") as raised:
        check_safety(settings, SecretStr("boba-time"))
    assert "boba-time" not in str(raised.value)


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:8000", "http://localhost:8000"])
def test_a_shop_of_this_machine_alone_needs_no_auth_token(url: str) -> None:
    check_safety(shop_settings(server={"public_url": url}), SecretStr("x"))


def test_the_token_is_its_owners_alone_also_where_the_file_came_with_other_rights(
    tmp_path: Path,
) -> None:
    folders = Folders(config=tmp_path, data=tmp_path)
    first = staff_token(Settings(), folders).get_secret_value()
    assert len(first) == 32
    folders.staff_token.chmod(0o644)
    assert staff_token(Settings(), folders).get_secret_value() == first
    if os.name == "posix":
        assert folders.staff_token.stat().st_mode & 0o777 == 0o600


def test_a_new_token_replaces_the_shops_own_but_not_one_that_was_set(tmp_path: Path) -> None:
    folders = Folders(config=tmp_path, data=tmp_path)
    first = staff_token(Settings(), folders)
    second = new_staff_token(Settings(), folders)
    assert first != second
    assert staff_token(Settings(), folders) == second
    if os.name == "posix":
        assert folders.staff_token.stat().st_mode & 0o777 == 0o600
    with pytest.raises(SettingsError, match=r"staff\.token"):
        new_staff_token(shop_settings(staff={"token": "mine"}), folders)


async def test_a_running_server_takes_up_a_new_token(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(token_watch, "LOOK_SECONDS", 0.01)
    new = await asyncio.to_thread(
        new_staff_token, Settings(), Folders(config=tmp_path, data=tmp_path)
    )
    async with asyncio.timeout(5):
        while (await shop.get("/orders.json"))[0] != 401:
            pass
    assert shop.app[STAFF].is_token(new.get_secret_value())
