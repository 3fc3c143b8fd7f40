"""Keeping log lines off a terminal that a full screen is drawn on."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

_MOST_BYTES = 2_000_000


@contextmanager
def quiet_terminal(log_file: Path | None) -> Iterator[None]:
    """Send what the root logger says to `log_file`, or nowhere, and put it back afterwards.

    Handlers that write to the terminal are set aside meanwhile; handlers that write to files
    stay. The file is made readable for its owner alone.
    """
    root = logging.getLogger()
    aside = [each for each in root.handlers if _writes_to_terminal(each)]
    quiet = _file_handler(log_file) if log_file else logging.NullHandler()
    for each in aside:
        root.removeHandler(each)
    root.addHandler(quiet)
    try:
        yield
    finally:
        root.removeHandler(quiet)
        quiet.close()
        for each in aside:
            root.addHandler(each)


def _writes_to_terminal(handler: logging.Handler) -> bool:
    return isinstance(handler, logging.StreamHandler) and not isinstance(
        handler, logging.FileHandler
    )


def _file_handler(path: Path) -> logging.Handler:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_APPEND, 0o600))
    handler = RotatingFileHandler(path, maxBytes=_MOST_BYTES, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    return handler
