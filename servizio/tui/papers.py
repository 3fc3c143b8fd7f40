"""What leaves the console on paper or as a file: tickets and the figures of a day."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from servizio.errors import ServizioError

PRINT_SECONDS = 15.0
"""How long a print command may take before it counts as stuck."""


class PaperError(ServizioError):
    """Nothing was printed, or no file was written."""


@dataclass(frozen=True, slots=True)
class Papers:
    """Where printed and saved things go on this machine."""

    folder: Path
    """For files; made where it is missing, for its owner alone: orders hold names."""
    print_command: str = ""
    """A command that takes a ticket on its standard input, such as `lp -o cpi=12`; empty:
    tickets become files."""

    def save(self, name: str, content: str) -> Path:
        """Write a file (0600) and give its path. Raises `PaperError`."""
        path = self.folder / name
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(
                os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(content)
        except OSError as error:
            raise PaperError(
                f"{path} cannot be written: {error.strerror}.",
                "Is the disk full, or the folder not ours?",
            ) from error
        return path

    async def print_out(self, content: str) -> None:
        """Give text to the print command. Raises `PaperError` where that fails.

        No shell stands between: the command is split as a shell would and run as it is.
        """
        try:
            words = shlex.split(self.print_command)
            printer = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except (OSError, ValueError) as error:
            raise PaperError(
                "The print command cannot be started.", "See console.print_command."
            ) from error
        try:
            async with asyncio.timeout(PRINT_SECONDS):
                await printer.communicate(content.encode())
        except TimeoutError as error:
            raise PaperError("The printer does not answer.", "Is it on, with paper in?") from error
        finally:
            if printer.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    printer.kill()
                await printer.wait()
        if printer.returncode:
            raise PaperError(
                f"The print command failed ({printer.returncode}).", "See console.print_command."
            )
