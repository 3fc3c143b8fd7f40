"""Opening a screen on this terminal, and closing it again.

Each loads what it shows and nothing of the others: half of a start is spent on loading.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from textual.app import App

from servizio.tui.api import ShopApi
from servizio.tui.look import BoardLook, ConsoleLook
from servizio.tui.quiet_terminal import quiet_terminal
from servizio.tui.setup.answers import Answers, Check, SetupEnd, SetupQuestions
from servizio.tui.words import Patience

Result = TypeVar("Result")


def show_console(
    url: str, token: str, look: ConsoleLook, *, owns_server: bool, log_file: Path | None
) -> tuple[int, bool]:
    """Show the console; its exit code, and whether its owner wants the server to end."""
    from servizio.tui.console.app import ConsoleApp  # noqa: PLC0415 - see above
    from servizio.tui.console.shop_app import ExitChoice  # noqa: PLC0415
    from servizio.tui.papers import Papers  # noqa: PLC0415

    late, warn = timedelta(minutes=look.late_minutes), timedelta(minutes=look.warn_minutes)
    with quiet_terminal(log_file):
        app = ConsoleApp(
            ShopApi(url, token),
            title=look.title,
            theme=look.theme,
            owns_server=owns_server,
            keys=look.keys,
            patience=Patience(warn, late),
            papers=Papers(look.folder or Path.cwd(), look.print_command),
            staff_page=look.staff_page,
            remark=look.remark,
        )
        choice = _outliving(app).run()
    # No choice and no fault: the terminal was closed, and nobody is left to ask.
    code = app.return_code or 0
    drains = choice is ExitChoice.DRAIN or (choice is None and code == 0)
    return code, owns_server and drains


def check_keys(keys: Mapping[str, str]) -> None:
    """Raise `SettingsError` where the console would not take these keys."""
    from servizio.tui.console.shop_app import ShopApp  # noqa: PLC0415 - see above
    from servizio.tui.key_map import checked_keys  # noqa: PLC0415

    checked_keys(keys, ShopApp.actions())


def show_tv(url: str, look: BoardLook, *, log_file: Path | None) -> int:
    """Show the board; its exit code."""
    from servizio.tui.tv.app import TvApp  # noqa: PLC0415 - see above

    with quiet_terminal(log_file):
        app = TvApp(ShopApi(url), look)
        _outliving(app).run()
    return app.return_code or 0


def ask(questions: SetupQuestions, check: Check, *, log_file: Path | None) -> Answers | SetupEnd:
    """Show the set-up; what was answered, or how it ended.

    A closed terminal is no answer; a set-up that broke keeps nobody from opening the shop.
    """
    from servizio.tui.setup.app import SetupApp  # noqa: PLC0415 - see above

    with quiet_terminal(log_file):
        app = SetupApp(questions, check)
        answers = _outliving(app).run()
    return answers or (SetupEnd.LATER if app.return_code else SetupEnd.QUIT)


def _outliving(app: App[Result]) -> App[Result]:
    """Have the screen end when its terminal is closed, where it is a usual one."""
    if sys.platform != "win32" and app.driver_class.__name__ == "LinuxDriver":
        from servizio.tui.outliving_driver import OutlivingDriver  # noqa: PLC0415 - not on Windows

        app.driver_class = OutlivingDriver
    return app
