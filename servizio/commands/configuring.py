"""`servizio config`: the settings in force, where they are, and a file to start from."""

from __future__ import annotations

import json
import sys

from servizio.settings import load_settings, locate, new_staff_token, staff_token
from servizio.settings.showing import as_lines, shown, write_template


def show(*, as_json: bool) -> None:
    """Print every setting; secrets masked."""
    settings = load_settings()
    if as_json:
        print(json.dumps(shown(settings), ensure_ascii=False, indent=2))
    else:
        print("\n".join(as_lines(settings)))


def show_prompt() -> None:
    """Print what a cloud agent is told at the beginning of a call."""
    from servizio.agents.prompt import LONGEST, prompt
    from servizio.server.opening import clock, shop_menu, shop_profile

    settings, folders = load_settings(), locate()
    profile = shop_profile(settings, shop_menu(settings, folders))
    text = prompt(profile, now=clock(), extra=settings.agent.prompt_extra)
    print(text, end="")
    if len(text) > LONGEST:
        print(
            f"warning: {len(text)} characters; providers' models take {LONGEST} and cut the rest.",
            file=sys.stderr,
        )


def print_paths(*, as_json: bool) -> None:
    """Print where everything of this shop is."""
    folders = locate()
    paths = {
        "settings": folders.settings_file,
        "data": folders.data,
        "database": folders.database,
        "staff_token": folders.staff_token,
        "log": folders.log_file,
    }
    if as_json:
        print(json.dumps({name: str(path) for name, path in paths.items()}, indent=2))
        return
    width = max(map(len, paths))
    for name, path in paths.items():
        print(f"{name:<{width}}  {path}")


def init() -> None:
    """Write a settings file to start from."""
    folders = locate()
    write_template(folders.settings_file)
    print(f"Written: {folders.settings_file}")


def show_token(*, new: bool) -> None:
    """Print the staff token, or one that was made anew and ends every login."""
    settings, folders = load_settings(), locate()
    token = new_staff_token(settings, folders) if new else staff_token(settings, folders)
    print(token.get_secret_value())
