"""The staff token of a shop: a file that its owner alone can read, made on the first run."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from servizio.errors import SettingsError
from servizio.paths import Folders, write_private
from servizio.settings.tree import Settings


def staff_token(settings: Settings, folders: Folders) -> SecretStr:
    """The staff token: the one that is set, else the shop's own, made where there is none.

    Raises `SettingsError` where the file cannot be read or made.
    """
    if settings.staff.token.get_secret_value():
        return settings.staff.token
    file = folders.staff_token
    try:
        folders.make()
        _make_token(file)
        if os.name == "posix" and file.stat().st_mode & 0o077:
            # A copy from a backup or another machine may have come with other rights.
            file.chmod(0o600)
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The staff token {file} cannot be read or made: {error}.",
            "See that the folder is yours, or set staff.token.",
        ) from error
    if not token:
        raise SettingsError(
            f"The staff token {file} is empty.", "Remove the file: it is made anew."
        )
    return SecretStr(token)


def new_staff_token(settings: Settings, folders: Folders) -> SecretStr:
    """Put another token in the place of the shop's own; a running server takes it up.

    Raises `SettingsError` where the token is one that was set, and where it cannot be written.
    """
    if settings.staff.token.get_secret_value():
        raise SettingsError(
            "The staff token is set in the settings (staff.token).",
            "Change it there and restart the server, or take it out to have one made.",
        )
    token = _random_token()
    try:
        folders.make()
        write_private(folders.staff_token, token + "\n")
    except OSError as error:
        raise SettingsError(
            f"The staff token {folders.staff_token} cannot be written: {error}.",
            "See that the folder is yours.",
        ) from error
    return SecretStr(token)


def _random_token() -> str:
    return secrets.token_urlsafe(24)


def _make_token(file: Path) -> None:
    """Write a token where there is none; of two processes at once, one wins and both read it."""
    if file.exists():
        return
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(_random_token() + "\n")
    try:
        file.hardlink_to(beside)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
