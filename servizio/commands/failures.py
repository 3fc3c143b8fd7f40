"""What a person sees when a command fails: `error:`, `hint:`, and an exit code."""

from __future__ import annotations

import os
import re
import sys

from servizio.errors import MenuError, ServizioError

FAILED, USAGE = 1, 2

_PLAIN = (
    (r"Input should be a valid integer.*", "it should be a whole number."),
    (r"Input should be greater than or equal to (\S+)\.", r"it should be at least \1."),
    (r"Input should be less than or equal to (\S+)\.", r"it should be at most \1."),
    (r"is not a valid integer( range)?\.", "is not a whole number."),
    (r"is not in the range (\d+)<=x<=(\d+)\.", r"is not from \1 to \2."),
)
"""How Typer and what is below it, of any release, say what is wrong with a value; and how we do."""


def report(error: Exception) -> int:
    """Say what happened and what to do; the traceback goes to the log file. The exit code."""
    # Typer's own errors: their classes are vendored in some releases and not in others.
    usage = getattr(error, "format_message", None)
    if callable(usage):
        _say(_plain(_sentence(usage().replace("?.", "?"))), _usage_hint(error))
        return int(getattr(error, "exit_code", USAGE))
    if type(error).__name__ == "Abort":
        return FAILED
    if isinstance(error, ServizioError):
        if isinstance(error, MenuError):
            for fault in error.faults:
                print(f"  {fault}", file=sys.stderr)
        _say(error.message, error.hint or "`servizio --help` shows what is possible.")
        _keep_traceback(error)
        return FAILED
    kept = _keep_traceback(error)
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        _say(f"{place}{error.strerror}", "See that the file or folder is there and yours.")
    else:
        _say(f"Something unexpected happened: {type(error).__name__}.", kept)
    return FAILED


def _say(message: str, hint: str) -> None:
    print(f"error: {_one_line(message)}", file=sys.stderr)
    if hint:
        print(f"hint: {_one_line(hint)}", file=sys.stderr)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _plain(sentence: str) -> str:
    for said, plain in _PLAIN:
        sentence = re.sub(said, plain, sentence)
    return sentence


def _usage_hint(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "") or "servizio"
    return f"See `{path} --help`."


def _keep_traceback(error: Exception) -> str:
    """Write the traceback to the log file; a sentence that says where it is."""
    from servizio.logs import write_traceback
    from servizio.paths import find_folders

    file = find_folders(os.environ).log_file
    if write_traceback(file, error):
        return f"The details are in {file}."
    return "Try again; if it stays, tell the makers of Servizio."
