"""Writes `settings.md`, the page of every setting, from the code that reads them.

python docs/make_settings.py
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from pydantic import BaseModel, SecretStr  # noqa: E402
from pydantic.fields import FieldInfo  # noqa: E402

from servizio.paths import HOME  # noqa: E402
from servizio.settings import Settings  # noqa: E402
from servizio.settings.layers import ECOSYSTEM  # noqa: E402
from servizio.settings.showing import template  # noqa: E402

TARGET = HERE / "settings.md"

HEAD = f"""\
# Settings

<!-- Made by docs/make_settings.py from the code: change it there. -->

Every setting has a default; a shop without any settings works.

`servizio config init` writes a file with all of them, `servizio config path` says where it is, and
`servizio config show` prints what is in force, with secrets masked.
What is set in several places counts in this order: command line, environment, `.env` in the
working folder, `servizio.toml`, default.

In the file a setting stands in its section:

```toml
[shop]
name = "Corner Tea"
```

In the environment and in `.env` its name is `SERVIZIO_<SECTION>__<KEY>`: `SERVIZIO_SHOP__NAME`.
Lists are parts with commas between, tables are JSON. An empty value asks for the default.
`{HOME}` is a folder that holds settings and data together, in place of the system's own
folders; `NO_COLOR` takes the colours out of the screens.
An unknown setting is an error that names the nearest known one.
"""


def page() -> str:
    """The whole page, Markdown."""
    parts = [HEAD]
    for section, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            parts.append(_section(section, model))
    return "\n".join(parts)


def _section(section: str, model: type[BaseModel]) -> str:
    told = _remarks(section, model) | _docstrings(model)
    rows = [
        f"| `{section}.{key}` | {_default(field)} | "
        f"{_meaning(section, key, field, told.get(key, ''))} |"
        for key, field in model.model_fields.items()
    ]
    about = inspect.getdoc(model) or ""
    head = "| setting | default | meaning |\n| --- | --- | --- |"
    return f"## {section}\n\n{about}\n\n{head}\n" + "\n".join(rows) + "\n"


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """What is written under each key of a section; Python itself forgets it."""
    tree = ast.parse(inspect.getsource(sys.modules[model.__module__]))
    (body,) = (
        node.body
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == model.__name__
    )
    found: dict[str, str] = {}
    for statement, following in pairwise(body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=key)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[key] = " ".join(text.split())
            case _:
                pass
    return found


def _remarks(section: str, model: type[BaseModel]) -> dict[str, str]:
    """What the settings file that we write remarks behind keys, choices left out."""
    open_keys = {key for key, field in model.model_fields.items() if not _choices(field.annotation)}
    found: dict[str, str] = {}
    inside = ""
    for line in template().splitlines():
        if header := re.match(r"\[([\w.]+)\]", line):
            inside = header[1]
        elif inside == section and (remark := re.match(r"# (\w+) = .*\S\s+# (?!or )(.+)", line)):
            found[remark[1]] = f"{remark[2][:1].upper()}{remark[2][1:]}."
    return {key: remark for key, remark in found.items() if key in open_keys}


def _meaning(section: str, key: str, field: FieldInfo, text: str) -> str:
    parts = [text] if text else []
    if choices := _choices(field.annotation):
        parts.append(f"One of {', '.join(f'`{choice}`' for choice in choices)}.")
    names = [name for name, where in ECOSYSTEM.items() if where == (section, key)]
    if names:
        parts.append(f"Also read: {', '.join(f'`{name}`' for name in names)}.")
    return " ".join(parts).replace("|", "\\|")


def _choices(annotation: Any) -> tuple[str, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    match value:
        case SecretStr():
            shown = value.get_secret_value()
        case tuple() | list() | dict():
            shown = ", ".join(map(str, value))
        case None:
            shown = ""
        case _:
            shown = str(value)
    return f"`{shown}`" if shown else ""


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
