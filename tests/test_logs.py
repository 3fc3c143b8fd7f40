"""A line of the log is one event; a traceback stands below its line."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from servizio.logs import logging_to

log = logging.getLogger("servizio.story")


def test_a_traceback_stands_below_its_line_and_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "servizio.log"
    with logging_to(file, level="info", stderr=False):
        try:
            raise ValueError("first\nERROR forged \x1b[2J")
        except ValueError:
            log.exception("it_broke call=%s", "CA1")
        log.info("after")
    first, *trace, last = file.read_text().splitlines()
    assert first.endswith("ERROR servizio.story it_broke call=CA1")
    assert trace[0] == "    Traceback (most recent call last):"
    assert trace[-2:] == ["    ValueError: first", "    ERROR forged \\x1b[2J"]
    assert last.endswith("INFO servizio.story after")


def test_a_line_says_what_was_true_when_it_was_logged(tmp_path: Path) -> None:
    file, calls = tmp_path / "servizio.log", ["CA1"]
    with logging_to(file, level="info", stderr=False):
        log.info("live calls=%s", calls)
        calls.clear()
    assert "calls=['CA1']" in file.read_text()


def test_no_event_takes_more_than_its_line(tmp_path: Path) -> None:
    file = tmp_path / "servizio.log"
    with logging_to(file, level="info", stderr=False):
        log.info("said text=%s", "hi\nERROR forged")
    assert len(file.read_text().splitlines()) == 1


def test_for_programs_a_line_is_an_object(tmp_path: Path) -> None:
    file = tmp_path / "servizio.log"
    with logging_to(file, level="info", stderr=False, as_json=True):
        log.info("call_ended call=%s seconds=%.1f level=forged", "CA1", 3.5)
        log.warning('Nothing but words\n{"level": "forged"}')
        try:
            raise ValueError("why")
        except ValueError:
            log.exception("it_broke call=CA2")
    ended, words, broke = [json.loads(line) for line in file.read_text().splitlines()]
    assert (ended["event"], ended["call"], ended["seconds"]) == ("call_ended", "CA1", "3.5")
    assert (ended["level"], ended["logger"]) == ("info", "servizio.story")
    assert words["event"].startswith("Nothing but words")
    assert "ValueError: why" in broke["traceback"]
