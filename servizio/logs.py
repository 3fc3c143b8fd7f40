"""Logs: one line an event, `name key=value` or JSON, times in UTC.

Nothing personal is logged at level info. Lines go to the log file in the data folder, and
to stderr where there is no screen to spoil. Files are written by a thread of their own, so
that a slow disk never holds up a call.
"""

from __future__ import annotations

import copy
import json
import logging
import logging.handlers
import os
import queue
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

_FIELD = re.compile(r"(\w+)=(\S+)")
LOG_BYTES = 5_000_000
"""Size at which a log file is put aside; three are kept."""


class OneLine(logging.Formatter):
    """`2026-01-31T09:30:00.123Z INFO servizio.calls.call call_ended call=CA...`.

    What a customer or a provider sent can never begin a line of its own.
    """

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """The time of the record, ISO 8601 in UTC with milliseconds."""
        del datefmt
        moment = datetime.fromtimestamp(record.created, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line itself. A traceback follows below it, indented."""
        record.message = _printable(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802
        """The traceback, set off from the lines of the log."""
        text = super().formatException(ei)  # type: ignore[arg-type]  # the stub's alias is private
        return "\n".join(f"    {_printable(line)}" for line in text.splitlines())


class JsonLine(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `event`, the event's own fields.

    What has no `name key=value` form is all `event`. A traceback is the field `traceback`.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        message = record.getMessage()
        moment = datetime.fromtimestamp(record.created, UTC)
        told: dict[str, object] = {
            "at": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        event, _, rest = message.partition(" ")
        fields = dict(_FIELD.findall(rest))
        if not fields:
            told["event"] = message
        else:
            told |= {"event": event, "message": rest}
            told |= {name: value for name, value in fields.items() if name not in told}
        if record.exc_info:
            told["traceback"] = super().formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=True, separators=(",", ":"))


class Entrance(logging.handlers.QueueHandler):
    """Hands records to the thread that writes them."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """A copy with its words put in, as these may change, and its traceback as it is.

        The usual one makes the traceback a part of the message, for queues between processes.
        """
        prepared = copy.copy(record)
        prepared.msg = record.getMessage()
        prepared.args = None
        prepared.exc_text = None
        return prepared


def _printable(text: str) -> str:
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def _formatter() -> OneLine:
    return OneLine("%(asctime)s %(levelname)s %(name)s %(message)s")


def _private_file(file: Path) -> logging.Handler:
    """A rotating log file that its owner alone can read."""

    def opener(path: str, flags: int) -> int:
        return os.open(path, flags, 0o600)

    class Private(logging.handlers.RotatingFileHandler):
        def _open(self) -> object:  # type: ignore[override]  # the stub wants a TextIOWrapper
            return open(
                self.baseFilename, "a", encoding="utf-8", errors="backslashreplace", opener=opener
            )

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
            """Nothing: a full disk must neither stop the shop nor hide another error."""

        def close(self) -> None:
            """Close it; what a full disk would not take is given up."""
            with suppress(OSError):
                super().close()

    return Private(file, maxBytes=LOG_BYTES, backupCount=2, delay=True)


@contextmanager
def logging_to(
    file: Path | None, *, level: str, stderr: bool, as_json: bool = False
) -> Iterator[None]:
    """Log while inside: to this file, to stderr, or both. Lines are all written on leaving."""
    targets: list[logging.Handler] = []
    if file is not None and os.access(file.parent, os.W_OK):
        targets.append(_private_file(file))
    if stderr:
        targets.append(logging.StreamHandler(sys.stderr))
    for target in targets:
        target.setFormatter(JsonLine() if as_json else _formatter())
    lines: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    entrance = Entrance(lines)
    writer = logging.handlers.QueueListener(lines, *targets)
    root = logging.getLogger()
    level_before = root.level
    root.addHandler(entrance)
    root.setLevel(logging.WARNING)
    ours = logging.getLogger("servizio")
    ours.setLevel(level.upper())
    writer.start()
    try:
        yield
    finally:
        writer.stop()
        root.removeHandler(entrance)
        root.setLevel(level_before)
        ours.setLevel(logging.NOTSET)
        for target in targets:
            target.close()


def write_traceback(file: Path, error: BaseException) -> bool:
    """Put the traceback of a failed command in the log file. False where that cannot be."""
    record = logging.LogRecord(
        "servizio.cli", logging.ERROR, __file__, 0, "command_failed", (), None
    )
    record.exc_info = (type(error), error, error.__traceback__)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = _private_file(file)
    except OSError:
        return False
    handler.setFormatter(_formatter())
    handler.emit(record)
    handler.close()
    return file.is_file()
