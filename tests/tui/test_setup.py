"""The first run: a few questions, a settings file that says the answers, and no file lost."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from servizio.cli import run_command
from servizio.commands.doctor.shop import look_at_settings
from servizio.commands.first_run import (
    hours_table,
    is_first_run,
    menu_choice,
    set_up_once,
    what_is_wrong,
)
from servizio.errors import SettingsError
from servizio.paths import find_folders
from servizio.settings import load_settings
from servizio.settings.writing import filled_template, write_settings
from servizio.tui import SetupQuestions
from servizio.tui.setup.answers import SetupEnd
from servizio.tui.setup.app import SetupApp
from tests.tui.conftest import screen_text, until

QUESTIONS = SetupQuestions(
    menus=(menu_choice("boba"), menu_choice("pizza")),
    file="/home/ana/servizio.toml",
    token="the-staff-token",
    token_file="/home/ana/staff-token",
    timezone="Europe/Rome",
    timezones=("Europe/Rome", "America/New_York"),
)
NASTY = 'Ana\'s "Tea" \\ Bar [b]\x7f = #1'


@pytest.fixture(autouse=True)
def _a_machine_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SERVIZIO_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("SERVIZIO_SHOP__NAME", "SERVIZIO_AGENT__ORDER"):
        monkeypatch.delenv(name, raising=False)


@asynccontextmanager
async def asked(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[SetupApp, Pilot[Any]]]:
    app = SetupApp(QUESTIONS, what_is_wrong)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        await until(lambda: "Your shop" in screen_text(app))
        yield app, pilot


async def shown(app: SetupApp, words: str) -> None:
    await until(lambda: words in screen_text(app))


async def test_a_shop_is_set_up_with_a_name_a_menu_and_the_enter_key() -> None:
    async with asked() as (app, pilot):
        await pilot.press(*"Tea", "enter", "enter")
        await shown(app, "taro milk tea")
        await pilot.press("down")
        await shown(app, "cheese pizza")
        await pilot.press("enter")
        await shown(app, "Europe/Rome")
        await pilot.press("enter", "enter")
        await shown(app, "Twilio account")
        await pilot.press("enter", "enter", "enter", "enter", "enter")
        await shown(app, "the-staff-token")
        assert "Name of the shop: Tea" in screen_text(app)
        await pilot.press("enter")
        await until(lambda: app.return_value is not None)
    assert app.return_value == {
        "shop.name": "Tea",
        "shop.menu": "pizza",
        "shop.timezone": "Europe/Rome",
    }


async def test_a_wrong_answer_is_told_where_it_was_given_and_going_back_keeps_it() -> None:
    async with asked() as (app, pilot):
        await pilot.press(*"Tea", "enter", *"12", "enter")
        await shown(app, "A number with its country, please")
        rows = screen_text(app).splitlines()
        at = next(index for index, row in enumerate(rows) if "Your own telephone" in row)
        assert "12" in rows[at + 1]
        assert "■ A number" in rows[at + 2]
        await pilot.press("end", "backspace", "backspace", "enter")
        await shown(app, "Your menu")
        await pilot.press("escape")
        await shown(app, "Name of the shop")
        assert "Tea" in screen_text(app)


async def test_a_refusal_goes_as_soon_as_one_types_the_correction() -> None:
    async with asked() as (app, pilot):
        await pilot.press("enter")
        await until(lambda: "Type a name" in screen_text(app))
        await pilot.press("C")
        await until(lambda: "Type a name" not in screen_text(app))


async def test_enter_on_an_empty_name_says_what_is_missing_and_stays_there() -> None:
    async with asked() as (app, pilot):
        await pilot.press("enter")
        await shown(app, "■ Type a name")
        await pilot.press(*"Tea", "enter", "enter")
        await shown(app, "Your menu")
        await pilot.press("escape")
        assert "Type a name" not in screen_text(app)


@pytest.mark.parametrize(("key", "end"), [("l", SetupEnd.LATER), ("n", SetupEnd.NEVER)])
async def test_skipping_the_set_up_asks_whether_it_shall_come_again(
    key: str, end: SetupEnd
) -> None:
    async with asked() as (app, pilot):
        await pilot.press(*"Tea", "ctrl+s")
        await shown(app, "have typed is not kept")
        await pilot.press("escape")
        await shown(app, "Name of the shop")
        await pilot.press("ctrl+s")
        await shown(app, "ask me at the next start")
        await pilot.press(key)
        await until(lambda: not app.is_running)
    assert app.return_value is end


async def test_quitting_the_set_up_opens_no_shop() -> None:
    async with asked() as (app, pilot):
        await pilot.press("ctrl+q")
        await until(lambda: not app.is_running)
    assert app.return_value is SetupEnd.QUIT


async def test_there_is_no_way_back_from_the_first_page() -> None:
    async with asked() as (app, pilot):
        assert "Esc Back" not in screen_text(app)
        await pilot.press(*"Tea", "enter", "enter")
        await shown(app, "Esc Back")


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
async def test_the_ways_on_are_on_the_screen_however_small_it_is(size: tuple[int, int]) -> None:
    async with asked(size) as (app, _):
        await shown(app, "Next")
        await shown(app, "Skip")


async def test_how_the_set_up_looks(snapshot: SnapshotAssertion) -> None:
    picture = snapshot.use_extension(SVGImageExtension)
    async with asked() as (app, pilot):
        await pilot.press(*"Tea", "enter", "enter")
        await shown(app, "taro milk tea")
        await pilot.pause()
        assert app.export_screenshot() == picture


def test_what_was_typed_comes_back_as_it_was_whatever_signs_are_in_it(tmp_path: Path) -> None:
    file = tmp_path / "servizio.toml"
    write_settings(file, {"shop.name": NASTY, "shop.hours": {"mon-fri": "09:00-18:00"}})
    assert file.stat().st_mode & 0o777 == 0o600
    written = tomllib.loads(file.read_text(encoding="utf-8"))["shop"]
    assert written == {"name": NASTY, "hours": {"mon-fri": "09:00-18:00"}}
    assert load_settings().shop.hours == {"mon-fri": "09:00-18:00"}


def test_a_settings_file_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "servizio.toml"
    file.write_text("# mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="is there already"):
        write_settings(file, {"shop.name": "Tea"})
    assert file.read_text(encoding="utf-8") == "# mine"


def test_a_setting_without_a_line_in_the_file_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"no setting shop\.colour"):
        filled_template({"shop.colour": "red"})


def test_hours_are_typed_as_they_are_said() -> None:
    assert hours_table("mon-fri 09:00-18:00, Sat 10:00-16:00") == {
        "mon-fri": "09:00-18:00",
        "sat": "10:00-16:00",
    }
    assert hours_table("09:00-18:00") == {"mon-sun": "09:00-18:00"}
    assert not what_is_wrong({"shop.hours": "mon-fri 09:00-18:00, sun closed"})
    for wrong in ("someday 09:00", "someday 09:00-10:00", "sometimes"):
        assert "mon-fri 09:00-18:00" in what_is_wrong({"shop.hours": wrong})["shop.hours"]


def test_nine_to_five_is_asked_about_before_the_shop_is_open_all_night() -> None:
    for typed in ("9-5", "Mon-Fri 9-5", "mon-fri 9am-5"):
        fault = what_is_wrong({"shop.hours": typed})["shop.hours"]
        assert "write 9am-5pm or 09:00-17:00, or 09:00-05:00 if you close in the morning" in fault
    assert not what_is_wrong({"shop.hours": "Mon-Fri 9am-5pm"})


def test_whoever_never_wanted_to_be_asked_is_told_the_way_back(tmp_path: Path) -> None:
    folders = find_folders({"SERVIZIO_HOME": str(tmp_path)})
    folders.make()
    settings = load_settings()
    assert "set-up-never" not in look_at_settings(settings, folders).detail
    folders.no_set_up.touch()
    assert not is_first_run(folders)
    said = look_at_settings(settings, folders).detail
    assert f"To be asked the first questions, delete {folders.no_set_up}." in said


async def test_the_last_page_says_the_hours_as_they_were_understood() -> None:
    async with asked() as (app, pilot):
        await pilot.press(*"Tea", "enter", "enter", "enter")
        await shown(app, "Europe/Rome")
        await pilot.press("enter", *"Mon-Sat 9am-5pm", "enter", *["enter"] * 5)
        await shown(app, "Hours: Monday to Saturday from 9 AM to 5 PM")


def test_each_wrong_answer_is_told_for_itself() -> None:
    faults = what_is_wrong(
        {"shop.name": "Tea", "shop.staff_phone": "12345", "shop.timezone": "Mars"}
    )
    assert set(faults) == {"shop.staff_phone", "shop.timezone"}
    assert all("shop." not in fault for fault in faults.values())


def test_nobody_is_asked_again_once_anything_has_been_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = find_folders({"SERVIZIO_HOME": str(tmp_path)})
    assert is_first_run(folders)
    monkeypatch.setenv("SERVIZIO_SHOP__NAME", "Tea")
    assert not is_first_run(folders)
    monkeypatch.delenv("SERVIZIO_SHOP__NAME")
    (tmp_path / ".env").write_text("SERVIZIO_SHOP__NAME=Tea\n", encoding="utf-8")
    assert not is_first_run(folders)
    (tmp_path / ".env").unlink()
    folders.make()
    (folders.data / "set-up-never").touch()
    assert not is_first_run(folders)
    (folders.data / "set-up-never").unlink()
    assert is_first_run(folders)
    folders.settings_file.touch()
    assert not is_first_run(folders)


def test_a_look_at_the_shop_before_its_first_start_takes_no_question_away(tmp_path: Path) -> None:
    folders = find_folders({"SERVIZIO_HOME": str(tmp_path)})
    assert run_command(["orders", "list"]) == 0
    assert folders.database.exists()
    assert is_first_run(folders)


def test_nobody_is_asked_without_a_terminal(tmp_path: Path) -> None:
    assert set_up_once()
    assert list(tmp_path.iterdir()) == []
