"""`servizio customers`: handed over as JSON, erased after a question."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from servizio.cli import run_command
from servizio.server.opening import open_store, shop_menu
from servizio.settings import load_settings, locate
from tests.store.scene import PHONE, draft


@pytest.fixture(autouse=True)
def _a_shop_with_one_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVIZIO_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    settings, folders = load_settings(), locate()

    async def order() -> None:
        async with open_store(settings, folders, shop_menu(settings, folders)) as store:
            taken = await store.place_order(draft(None), actor="staff")
            await store.cancel_order(taken.number, actor="staff")

    folders.make()
    asyncio.run(order())


def test_a_customer_is_handed_over_however_the_number_is_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_command(["customers", "export", "(415) 555-0100"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert kept["phone"] == PHONE
    assert len(kept["orders"]) == 1


def test_a_customer_is_erased_and_nobody_is_asked_with_yes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run_command(["customers", "forget", PHONE]) == 1
    assert "--yes" in capsys.readouterr().err
    assert run_command(["customers", "forget", PHONE, "--yes"]) == 0
    assert "1 orders" in capsys.readouterr().out
    assert run_command(["customers", "export", PHONE]) == 0
    assert json.loads(capsys.readouterr().out)["orders"] == []


def test_what_is_no_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["customers", "export", "Ann"]) == 1
    assert "error:" in capsys.readouterr().err


def test_the_staff_token_is_printed_and_made_anew(capsys: pytest.CaptureFixture[str]) -> None:
    printed = []
    for arguments in ((), (), ("--new",), ()):
        assert run_command(["config", "token", *arguments]) == 0
        printed.append(capsys.readouterr().out.strip())
    first, again, new, kept = printed
    assert first == again
    assert new == kept != first
