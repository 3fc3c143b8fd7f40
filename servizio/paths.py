"""Where Servizio keeps its things: the one place that knows folders and file names."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from servizio.errors import SettingsError

HOME = "SERVIZIO_HOME"
"""Environment name of a folder that holds settings and data together."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The two folders of a shop on this machine."""

    config: Path
    """Holds `servizio.toml`."""
    data: Path
    """Holds what the shop must not lose. Readable by its owner alone (0700)."""

    @property
    def settings_file(self) -> Path:
        """The settings that a person writes."""
        return self.config / "servizio.toml"

    @property
    def database(self) -> Path:
        """Where orders, calls and texts live, unless `store.url` says otherwise."""
        return self.data / "servizio.db"

    @property
    def staff_token(self) -> Path:
        """The token that was made on the first run (0600)."""
        return self.data / "staff-token"

    @property
    def no_set_up(self) -> Path:
        """An empty file, there once somebody wants no first questions; without it they come."""
        return self.data / "set-up-never"

    @property
    def log_file(self) -> Path:
        """Logs and tracebacks (0600)."""
        return self.data / "servizio.log"

    @property
    def console_log(self) -> Path:
        """Logs of the screens on this machine (0600)."""
        return self.data / "console.log"

    @property
    def server_file(self) -> Path:
        """Address and process id of the running server, as JSON."""
        return self.data / "server.json"

    @property
    def lock_file(self) -> Path:
        """Held by the running server, so that no second one works on the same data."""
        return self.data / "server.lock"

    def make(self) -> None:
        """Create both folders where they are missing; the data folder for its owner alone."""
        try:
            self.config.mkdir(parents=True, exist_ok=True)
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise SettingsError(
                f"The folder {error.filename} cannot be made: {error.strerror}.",
                f"Make it yourself, or set {HOME} to a folder that you may write to.",
            ) from error


def find_folders(environment: Mapping[str, str]) -> Folders:
    """The folders of this shop: below `SERVIZIO_HOME`, else where this system puts such things.

    Below `SERVIZIO_HOME` the settings file is `servizio.toml` or `config/servizio.toml`, and
    the data is in `data`.
    """
    home = environment.get(HOME, "").strip()
    if home:
        root = Path(home).expanduser().absolute()
        nested = root / "config"
        config = nested if (nested / "servizio.toml").is_file() else root
        return Folders(config=config, data=root / "data")
    import platformdirs  # noqa: PLC0415 - keeps `--help` quick

    return Folders(
        config=Path(platformdirs.user_config_dir("servizio", appauthor=False)),
        data=Path(platformdirs.user_data_dir("servizio", appauthor=False)),
    )


def own_command() -> list[str]:
    """How this program is started once more, from whatever folder: its arguments follow.

    `python -m servizio` would take a folder called `servizio` in the working folder for it; this
    looks for nothing there (`-P`).
    """
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-P", str(Path(__file__).with_name("__main__.py"))]


def write_private(path: Path, text: str) -> None:
    """Replace a file by one that its owner alone can read, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)
