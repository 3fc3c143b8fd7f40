"""From a template and values to a page. Whatever comes from outside is text, never markup.

Templates are read and checked when the server starts, so that a page costs no disk.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

from aiohttp import web
from jinja2 import DictLoader, Environment, StrictUndefined

from servizio.server.pages.assets import asset_path


def _environment() -> Environment:
    files = (resources.files(__package__) / "templates").iterdir()
    sources = {file.name: file.read_text(encoding="utf-8") for file in files}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset_path
    for name in sources:
        environment.get_template(name)
    return environment


_TEMPLATES: Final = _environment()


def render(template: str, **values: object) -> str:
    """The HTML of a template."""
    return _TEMPLATES.get_template(template).render(values)


def page(template: str, *, status: int = 200, **values: object) -> web.Response:
    """A page that nobody on the way keeps: it is different in a minute."""
    return web.Response(
        text=render(template, **values),
        status=status,
        content_type="text/html",
        charset="utf-8",
        headers={"Cache-Control": "no-store"},
    )
