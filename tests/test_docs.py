"""The documentation says what is: every command, option, link, file and number in it."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from servizio.agents.local.endpoint import EndpointSettings
from servizio.calls.state import Patience
from servizio.cli import app
from servizio.server.app import ROUTES
from servizio.settings.faults import known_keys

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_COMMAND = re.compile(r"(?:^|[\s/|;&])servizio((?: [^|;&#>\n]*)?)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def page_id(page: Path) -> str:
    return page.name


def program(name: str) -> ModuleType:
    """A script of the documentation, as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def command_lines(page: Path) -> Iterator[str]:
    """What follows the word `servizio` wherever it is something to type."""
    text = page.read_text(encoding="utf-8")
    shell = [body for language, body in _BLOCK.findall(text) if language == "sh"]
    spans = [span for span in _SPAN.findall(_BLOCK.sub("", text)) if " --" in f" {span}" or
             span.startswith("servizio ")]  # fmt: skip
    for piece in [line for body in shell for line in body.splitlines()] + spans:
        if "servizio" in piece:
            yield from _COMMAND.findall(piece)


def fault_of(line: str) -> str:
    """What is wrong with a command line; empty where it can be typed."""
    command: Any = typer.main.get_command(app)
    # What stands further to the right is a remark.
    words = shlex.split(re.split(r"\s{3,}", line)[0])
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    options = {name for each in command.params for name in each.opts} | {"--help", "-h"}
    for word in words:
        if word.startswith("-") and word.partition("=")[0] not in options:
            return f"{command.name} has no option {word}"
    first = words[0] if words else ""
    if getattr(command, "commands", {}) and first and not first.startswith("-"):
        # Words that go on after the program's name are a sentence, not something to type.
        return f"{command.name} has no command {first}"
    return ""


def all_commands() -> list[str]:
    return [name for name, _ in program("make_commands").commands(
        "servizio", typer.main.get_command(app))]  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_command_line_can_be_typed(page: Path) -> None:
    faults = {line: fault_of(line) for line in command_lines(page)}
    assert {line: fault for line, fault in faults.items() if fault} == {}


def test_command_lines_are_found_where_they_stand(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Type `servizio menu list`, not servizio nonsense.\n"
        "```sh\n.venv/bin/servizio demo --quick  # now\necho hi | servizio call --text\n```\n"
    )
    lines = [line.strip() for line in command_lines(page)]
    assert lines == ["demo --quick", "call --text", "menu list"]
    assert fault_of("demo --quick") == "demo has no option --quick"
    assert fault_of("menu lsit") == "menu has no command lsit"
    assert fault_of("menu list --json") == ""


@pytest.mark.parametrize("name", all_commands())
def test_every_command_is_mentioned(name: str) -> None:
    assert any(f"`{name}" in page.read_text(encoding="utf-8") for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = _LINK.findall(page.read_text(encoding="utf-8"))
    here = [target.partition("#")[0] for target in targets if "://" not in target]
    missing = [target for target in here if target and not (page.parent / target).exists()]
    assert missing == []


@pytest.mark.parametrize("name", ["make_settings", "make_commands", "make_keys"])
def test_pages_that_are_made_from_the_code_are_up_to_date(name: str) -> None:
    made = program(name)
    written = made.TARGET.read_text(encoding="utf-8")
    assert written == made.page(), f"run: python docs/{name}.py"


@pytest.mark.parametrize("key", known_keys())
def test_every_setting_is_documented(key: str) -> None:
    assert f"| `{key}` |" in (DOCS / "settings.md").read_text(encoding="utf-8")


def test_every_file_that_the_architecture_names_is_there() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    named = {span for span in _SPAN.findall(text) if re.fullmatch(r"[\w./]+(\.py|\.toml|/)", span)}
    assert named
    missing = [name for name in named if not _is_there(name)]
    assert missing == []


def _is_there(name: str) -> bool:
    """Beside the project, in the package, or the only one of its name in the package."""
    package = ROOT / "servizio"
    return (
        (ROOT / name).exists() or (package / name).exists() or len(list(package.rglob(name))) == 1
    )


def test_every_room_is_described() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    package = ROOT / "servizio"
    rooms = [room.name for room in package.iterdir() if (room / "__init__.py").exists()]
    alone = [file.name for file in package.glob("*.py") if not file.name.startswith("__")]
    assert [name for name in rooms if f"| `{name}/`" not in text] == []
    assert [name for name in alone if f"`{name}`" not in text] == []


def test_the_deadlines_in_the_architecture_are_those_of_the_code() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    wrong = [
        field.name
        for field in fields(Patience)
        if not re.search(rf"\| `{field.name}` \| {field.default}[ |]", text)
    ]
    assert wrong == []


def test_the_waits_for_the_end_of_a_turn_are_those_of_the_code() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    told = ("answer", "complete", "uncertain", "unknown", "digits", "unfinished", "ceiling")
    waits = EndpointSettings()
    assert [name for name in told if f"{getattr(waits, name)} ms" not in text] == []


def test_the_threat_model_knows_who_may_pass_where() -> None:
    text = (DOCS / "threat-model.md").read_text(encoding="utf-8")
    doors = {
        row.split("|")[1].strip(): set(_SPAN.findall(row.split("|")[3]))
        for row in text.splitlines()
        if row.startswith("| ") and row.count("|") == 4
    }
    told = {(door, path) for door in doors for path in doors[door] if path.startswith("/")}
    assert told == {(door.value, path) for _, path, door, _ in ROUTES}
