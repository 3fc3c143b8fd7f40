"""The shop as it is described: its menu, its hours, its doors."""

from __future__ import annotations

from pydantic import SecretStr

from servizio.commands.doctor.findings import Finding, error, from_error, ok
from servizio.errors import MenuError, ServizioError
from servizio.paths import Folders
from servizio.server.agent_table import check_agents
from servizio.server.opening import shop_menu, shop_profile
from servizio.server.safety import LONG_ENOUGH, check_safety
from servizio.settings import Settings
from servizio.shop.menu_table import counted
from servizio.shop.profile import ShopProfile
from servizio.tui import check_keys


def look_at_settings(settings: Settings, folders: Folders) -> Finding:
    """Whether the server would start with these settings."""
    # A token that is made by itself is always long enough; looking must not make one.
    token = settings.staff.token if settings.staff.token.get_secret_value() else _LONG
    try:
        check_agents(settings)
        check_safety(settings, token)
        check_keys(settings.console.keys)
    except ServizioError as raised:
        return from_error("settings", raised)
    if folders.settings_file.is_file():
        return ok("settings", f"Read: {folders.settings_file}")
    asked = f" To be asked the first questions, delete {folders.no_set_up}."
    said = f"All as they come; {folders.settings_file} is where they would be."
    return ok("settings", said + (asked if folders.no_set_up.exists() else ""))


_LONG = SecretStr("x" * LONG_ENOUGH)


def look_at_menu(settings: Settings, folders: Folders) -> tuple[ShopProfile | None, Finding]:
    """Whether there is something to sell, and when."""
    try:
        profile = shop_profile(settings, shop_menu(settings, folders))
    except MenuError as raised:
        # The message names the first one itself.
        others = [fault for fault in map(str, raised.faults[:3]) if fault not in raised.message]
        faults = "; ".join(others)
        return None, error(
            "menu",
            f"{raised.message} {faults}".strip(),
            raised.hint or f"See every fault: servizio menu check {settings.shop.menu}",
        )
    except ServizioError as raised:
        return None, from_error("menu", raised)
    said = f"{profile.name}: {counted(len(profile.menu.items), 'item')}"
    if not settings.shop.hours:
        return profile, ok("menu", f"{said}; opening hours are not known (shop.hours).")
    return profile, ok("menu", f"{said}, opening hours set.")
