"""`servizio book`: what is asked, what is printed, and how it exits."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from servizio.commands import booking
from servizio.paths import find_folders
from servizio.server.presence import announced
from tests.test_cli import Output, failure, home, run

__all__ = ["home"]

REQUEST = "Book a table at Demo Restaurant for 4 people tomorrow at 7pm"
WANTED = {
    "place": "Demo Restaurant",
    "party": 4,
    "day": "2026-11-22",
    "at": "19:00",
    "name": "Rossi",
}
TURNS = [
    {"role": "customer", "text": "hello demo restaurant"},
    {"role": "agent", "text": "A table for four, please."},
    {"role": "tool", "text": "report_outcome"},
]


class Shop:
    """A running server, as far as the command asks it."""

    def __init__(self, result: str, sentence: str) -> None:
        self.asked: list[dict[str, Any]] = []
        self.looks = 0
        self.outcome = {"result": result, "sentence": sentence, "confirmation": "4821"}

    def answer(self, path: str, body: dict[str, Any] | None) -> object:
        if path == "/health":
            return {"service": "servizio"}
        if path == "/api/calls":
            self.asked.append(body or {})
            return {"booking": self._booking("asked")}
        if path.startswith("/calls/"):
            return {"transcript": TURNS[: self.looks]}
        self.looks += 1
        steps = ["ringing", "talking", "talking", "over"]
        return {"booking": self._booking(steps[min(self.looks, 4) - 1])}

    def _booking(self, step: str) -> dict[str, Any]:
        return {
            "id": 1,
            "step": step,
            "call_sid": None if step == "asked" else "CA1",
            "wanted": WANTED,
            "outcome": self.outcome if step == "over" else None,
        }


@contextmanager
def serving(shop: Shop, folder: Path) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            told = json.dumps(shop.answer(self.path, body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = _serve  # noqa: N815 - names that the base class wants

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        folders = find_folders({"SERVIZIO_HOME": str(folder)})
        folders.make()
        try:
            with announced(folders, f"http://127.0.0.1:{server.server_address[1]}"):
                yield
        finally:
            server.shutdown()
            thread.join(5)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booking, "LOOK_SECONDS", 0.0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SERVIZIO_HOME", str(tmp_path))
    return tmp_path


def test_the_conversation_is_printed_and_a_table_that_is_reserved_is_zero(
    folder: Path, capsys: Output
) -> None:
    shop = Shop("confirmed", "Demo Restaurant has a table. The confirmation number is 4821.")
    with serving(shop, folder):
        code, out, _ = run(capsys, "book", REQUEST)
    assert code == 0
    assert shop.asked == [{"request": REQUEST, "answers": {}}]
    lines = out.splitlines()
    assert lines[0] == "Ringing Demo Restaurant: 4 people, 2026-11-22 at 19:00, under Rossi."
    assert "It rings ..." in lines
    assert "  restaurant: hello demo restaurant" in lines
    assert "  concierge: A table for four, please." in lines
    assert not any("report_outcome" in line for line in lines)
    assert lines[-1].endswith("The confirmation number is 4821.")


def test_a_table_that_is_not_reserved_is_one(folder: Path, capsys: Output) -> None:
    with serving(Shop("full", "Demo Restaurant has no table for 4."), folder):
        code, out, _ = run(capsys, "book", REQUEST)
    assert code == 1
    assert out.splitlines()[-1] == "Demo Restaurant has no table for 4."


def test_json_has_everything_and_nothing_else(folder: Path, capsys: Output) -> None:
    with serving(Shop("confirmed", "Yes."), folder):
        code, out, err = run(capsys, "book", REQUEST, "--json")
    assert code == 0
    told = json.loads(out)
    assert told["outcome"]["confirmation"] == "4821"
    assert [turn["role"] for turn in told["transcript"]] == ["customer", "agent", "tool"]
    assert "  restaurant: hello demo restaurant" in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("a table for two at Nowhere Inn tomorrow at 7pm", "Nowhere Inn"),
        ("a table at Demo Restaurant tomorrow at 7pm", "For how many people?"),
        ("a table at Demo Restaurant for 4 people", "For which day?"),
        ("a table at Demo Restaurant for 90 people tomorrow at 7pm", "90"),
    ],
)
def test_what_cannot_be_asked_for_rings_nobody(
    folder: Path, capsys: Output, words: str, message: str
) -> None:
    shop = Shop("confirmed", "Yes.")
    with serving(shop, folder):
        code, error, hint = failure(capsys, "book", words)
    assert code == 2
    assert message.lower() in f"{error} {hint}".lower()
    assert shop.asked == []
