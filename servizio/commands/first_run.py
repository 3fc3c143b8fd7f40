"""The first time a shop is opened: questions on the terminal, and `servizio.toml` from them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import available_timezones

from servizio.errors import ServizioError, SettingsError
from servizio.paths import Folders
from servizio.settings import load_settings, locate, staff_token
from servizio.settings.layers import PREFIX
from servizio.settings.loading import read_environment
from servizio.settings.writing import Value, write_settings
from servizio.shop.hours_text import parse_hours
from servizio.shop.menu_file import built_in_menus, load_menu
from servizio.shop.money import money_text
from servizio.tui import SetupQuestions, run_setup
from servizio.tui.setup.answers import Answers, MenuChoice


def set_up_once() -> None:
    """Ask what a shop has to say of itself, where it has said nothing yet; skipping is fine.

    Nobody is asked without a terminal, or once the shop has been open.
    """
    folders = locate()
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or not is_first_run(folders):
        return
    folders.make()
    questions = SetupQuestions(
        menus=tuple(map(menu_choice, built_in_menus())),
        file=str(folders.settings_file),
        token=staff_token(load_settings(), folders).get_secret_value(),
        token_file=str(folders.staff_token),
        timezone=own_zone(),
        timezones=tuple(sorted(available_timezones())),
    )
    answers = run_setup(questions, what_is_wrong, log_file=folders.console_log)
    if answers is not None:
        write_settings(folders.settings_file, as_values(answers))
        print(f"Written: {folders.settings_file}", file=sys.stderr)


def is_first_run(folders: Folders) -> bool:
    """Whether nothing has been set and no order can have been taken."""
    outside, inside = read_environment()
    named = any(
        name.upper().startswith(PREFIX) and "__" in name and value.strip()
        for name, value in {**inside, **outside}.items()
    )
    return not named and not folders.settings_file.exists() and not folders.database.exists()


def menu_choice(name: str) -> MenuChoice:
    """A built-in menu with what is on it."""
    menu = load_menu(name)
    rows: list[str] = []
    category = ""
    for item in menu.items:
        if item.category != category:
            category = item.category
            rows.append(category.upper())
        rows.append(f"  {item.name}  {money_text(item.price, menu.currency)}")
    return MenuChoice(name, f"{menu.name} ({name})", tuple(rows))


def own_zone() -> str:
    """The IANA name of this machine's time zone; empty where it is not known."""
    named = os.environ.get("TZ", "").strip(":")
    target = str(Path("/etc/localtime").resolve())
    for name in (named, target.partition("zoneinfo/")[2]):
        if name in available_timezones():
            return name
    return ""


def as_values(answers: Answers) -> dict[str, Value]:
    """Answers as settings: hours become a table."""
    values: dict[str, Value] = dict(answers)
    if "shop.hours" in answers:
        values["shop.hours"] = hours_table(answers["shop.hours"])
    return values


def hours_table(typed: str) -> dict[str, str]:
    """`mon-fri 09:00-18:00, sat 10:00-16:00` as a table of days. Raises `SettingsError`."""
    table: dict[str, str] = {}
    for part in filter(None, map(str.strip, typed.replace(";", ",").split(","))):
        days, _, times = part.partition(" ")
        if not times.strip():
            days, times = "mon-sun", days
        if days.lower() in table:
            raise SettingsError(f"{days} stands there twice.")
        table[days.lower().rstrip(":")] = times.strip()
    return table


def what_is_wrong(answers: Answers) -> str:
    """A sentence about the first answer that will not do; empty where all will."""
    try:
        checked: Mapping[str, object] = as_values(answers)
        settings = load_settings(checked)
        parse_hours(settings.shop.hours, settings.shop.zone())
    except ServizioError as error:
        message = error.message.replace("command line: ", "")
        for place in ("--staff-phone: ", "--timezone: ", "--hours: "):
            message = message.replace(place, "")
        return message
    return ""
