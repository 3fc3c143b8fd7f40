"""The first time a shop is opened: questions on the terminal, and `servizio.toml` from them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from zoneinfo import available_timezones

from servizio.errors import ServizioError
from servizio.paths import Folders
from servizio.settings import load_settings, locate, staff_token
from servizio.settings.layers import PREFIX
from servizio.settings.loading import read_environment
from servizio.settings.own_zone import own_zone
from servizio.settings.writing import Value, write_settings
from servizio.shop.hours_text import EITHER_WAY, hours_table, parse_hours
from servizio.shop.menu_file import built_in_menus, load_menu
from servizio.shop.money import money_text
from servizio.tui import SetupQuestions, run_setup
from servizio.tui.setup.answers import Answers, MenuChoice, SetupEnd


def set_up_once() -> bool:
    """Ask what a shop has to say of itself, where it has said nothing yet; skipping is fine.

    Nobody is asked without a terminal, or once they have answered or said "never". False: the
    owner does not want to open the shop now.
    """
    folders = locate()
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or not is_first_run(folders):
        return True
    folders.make()
    questions = SetupQuestions(
        menus=tuple(map(menu_choice, built_in_menus())),
        file=str(folders.settings_file),
        token=staff_token(load_settings(), folders).get_secret_value(),
        token_file=str(folders.staff_token),
        timezone=own_zone_name(),
        timezones=tuple(sorted(available_timezones())),
    )
    answers = run_setup(questions, what_is_wrong, log_file=folders.console_log)
    if isinstance(answers, SetupEnd):
        _note_skipped(folders, answers)
        return answers is not SetupEnd.QUIT
    write_settings(folders.settings_file, as_values(answers))
    print(f"Written: {folders.settings_file}", file=sys.stderr)
    return True


def _note_skipped(folders: Folders, how: SetupEnd) -> None:
    if how is SetupEnd.NEVER:
        folders.no_set_up.touch()
        print(
            f"Your shop can be described in {folders.settings_file} at any time. "
            f"To be asked after all, delete {folders.no_set_up}.",
            file=sys.stderr,
        )


def is_first_run(folders: Folders) -> bool:
    """Whether nothing has been set, and nobody has said that they want no questions.

    A database says nothing of that: any command that looks at the shop makes one.
    """
    outside, inside = read_environment()
    named = any(
        name.upper().startswith(PREFIX) and "__" in name and value.strip()
        for name, value in {**inside, **outside}.items()
    )
    return not (named or folders.settings_file.exists() or folders.no_set_up.exists())


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


def own_zone_name() -> str:
    """The IANA name of this machine's time zone; empty where it is not known."""
    name = str(own_zone())
    return name if name in available_timezones() else ""


def as_values(answers: Answers) -> dict[str, Value]:
    """Answers as settings: hours become a table."""
    values: dict[str, Value] = dict(answers)
    if "shop.hours" in answers:
        values["shop.hours"] = hours_table(answers["shop.hours"])
    return values


def what_is_wrong(answers: Answers) -> dict[str, str]:
    """What is wrong with each answer, in the words of the question; empty where all will do."""
    faults = {}
    for setting, typed in answers.items():
        message = _fault({setting: typed})
        if message:
            faults[setting] = _in_words(setting, message)
    if not faults:
        message = _fault(answers)
        if message:
            faults[next(iter(answers))] = message
    return faults


def _in_words(setting: str, message: str) -> str:
    if EITHER_WAY in message:
        return message[message.index('"') :]
    return _IN_WORDS.get(setting, message)


_IN_WORDS = {
    "shop.staff_phone": "A number with its country, please, such as +14155550123.",
    "twilio.phone_number": "A number with its country, please, such as +14155550123.",
    "shop.timezone": "There is no such zone: a continent and a city, such as Europe/Rome.",
    "shop.hours": "Days and times, please, such as mon-fri 09:00-18:00, sat 10:00-16:00.",
    "twilio.account_sid": "A Twilio account is AC and 32 more signs; Twilio's console shows it.",
}


def _fault(answers: Answers) -> str:
    try:
        checked: Mapping[str, object] = as_values(answers)
        settings = load_settings(checked)
        parse_hours(settings.shop.hours, settings.shop.zone())
    except ServizioError as error:
        return error.message.replace("command line: ", "")
    return ""
