"""Every command line of the documentation is typed into a shop, or it is told why not."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer

from servizio.cli import app, run_command
from servizio.commands.shop_client import ShopClient
from servizio.paths import Folders
from servizio.server.presence import running_server
from tests.test_cli_server import home, serving
from tests.test_docs import DOCS, PAGES, ROOT, command_lines, page_id

__all__ = ["home"]

ELSEWHERE = {
    "": "is `servizio run`",
    "backup /data/": "in a container",
    "book": "tests/end_to_end and tests/demo ring restaurants",
    "call": "tests/demo rings the shop",
    "console": "a screen: tests/tui",
    "demo": "each change is let through by one: .ci/run",
    "link": "tests/test_cli_link.py, with a stand-in of Twilio",
    "parse --menu pizza --audio": "tests/test_cli_customers.py, with the models",
    "run": "a screen, or a server: tests/test_cli_server.py",
    "serve": "the server of these stories is one",
    "tv": "a screen: tests/tui",
}
"""How a command line begins that is not typed here, and who does it."""

NOT_BESIDE_A_SERVER = {"restore": "refuses while one runs"}
"""How a command line begins that is typed when the server has ended."""

SHAPE = re.compile(r"\b(?:FILE|HOURS|ITEM|MENU|MINUTES|NUMBER|PHONE|REQUEST)\b|\.\.\.")
"""What has this in it shows how a command is built."""

EXIT_CODES = {"doctor": {0, 1}}
"""Of commands that may find something wrong with a shop that has no account."""

MACHINE = {
    "apt-get", "cd", "curl", "deploy/start", "editor", "install", "ln", "pip", "pipx", "podman",
    "python",
    "python3", "pytest", "systemctl", "useradd", "uvx", ".venv/bin/pip", ".venv/bin/pyinstaller",
    ".venv/bin/pytest", ".venv/bin/servizio", "/opt/servizio/bin/pip", "/opt/servizio/bin/servizio",
    "dist/servizio", "cloudflared",
}  # fmt: skip
"""Programs of the documentation that change the machine, or take minutes: only read here."""


def typed_lines() -> list[str]:
    """Every line that begins with the program's name, once, without the remarks behind it."""
    lines = {
        re.split(r"\s{3,}", line)[0].strip()
        for page in PAGES
        for line in command_lines(page)
        if not SHAPE.search(line)
    }
    typed = [line for line in lines if not _begins(line, ELSEWHERE) and not _is_a_name(line)]
    # What makes a new token comes last: the server takes it in its own time.
    return sorted(typed, key=lambda line: (line.startswith("config token"), line))


def _begins(line: str, table: dict[str, str]) -> bool:
    return any(line == start or (start and line.startswith(start)) for start in table)


def _is_a_name(line: str) -> bool:
    """Whether it names a command that wants something more."""
    command: Any = typer.main.get_command(app)
    for word in line.split():
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            return False
    return any(each.required for each in command.params)


def shell_lines(page: Path) -> Iterator[str]:
    """Lines of the page's shell blocks; what goes on in the next line is one."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        yield from (
            line.strip() for line in block.replace("\\\n", " ").splitlines() if line.strip()
        )


def new_order(folders: Folders) -> str:
    """An order at the counter. Its number."""
    running = running_server(folders)
    assert running is not None
    shop = ShopClient(running.url, folders.staff_token.read_text(encoding="ascii").strip())
    order = shop.post("/api/orders", {"items": [{"item": "black-milk-tea"}]})
    assert isinstance(order, dict)
    return str(order["order_number"])


def test_every_command_line_does_what_it_says(
    home: Folders,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("two taro milk teas with boba\n"))
    for name, menu in (("my-menu", "cafe"), ("my-shop", "pizza")):
        shutil.copy(ROOT / f"servizio/shop/menus/{menu}.toml", tmp_path / f"{name}.toml")
    lines = typed_lines()
    stopped = [line for line in lines if _begins(line, NOT_BESIDE_A_SERVER)]
    with serving(home):
        failed = {line: err for line in lines if line not in stopped
                  and (err := _fault(line, new_order(home), capsys))}  # fmt: skip
        assert run_command(["backup", "monday.db"]) == 0
    for name in _copies(stopped):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy("monday.db", name)
    failed |= {line: err for line in stopped if (err := _fault(line, "0000", capsys))}
    assert failed == {}


def _fault(line: str, number: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Type it, with an order's number in place of the one that stands there. What went wrong."""
    if line.startswith("orders picked-up"):
        run_command(["orders", "ready", number])
    words = [number if word == "4782" else word for word in shlex.split(line)]
    capsys.readouterr()
    code = run_command(words)
    said = capsys.readouterr()
    return "" if code in EXIT_CODES.get(words[0], {0}) else f"exit {code}: {said.err}"


def _copies(lines: list[str]) -> list[str]:
    """Backups that lie in the working folder, and are not made by another line."""
    names = {word for line in lines for word in line.split() if word.endswith(".db")}
    return sorted(name for name in names if name != "monday.db")


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_other_program_is_known(page: Path) -> None:
    strange = [
        line
        for line in shell_lines(page)
        if not line.startswith(("#", "servizio", "echo ", "SHOP=", "TOKEN=", "-", "|"))
        and shlex.split(line, comments=True)[0] not in MACHINE
    ]
    assert strange == []


def test_every_file_that_a_command_takes_is_there() -> None:
    named = {
        word
        for page in (ROOT / "README.md", *DOCS.glob("*.md"))
        for line in shell_lines(page)
        for word in re.findall(r"(?<![\w/.])(?:deploy|docs|bench|\.ci)/[\w./-]+", line)
    }
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("script", [".ci/run", ".ci/package", ".ci/one-file", "deploy/start",
                                    "deploy/stop", "deploy/as-service"])  # fmt: skip
def test_every_script_can_be_read_and_run(script: str) -> None:
    path = ROOT / script
    assert os.access(path, os.X_OK)
    shell = path.read_text(encoding="utf-8").splitlines()[0].split("/")[-1].split()[-1]
    subprocess.run([shell, "-n", path], check=True, capture_output=True)
