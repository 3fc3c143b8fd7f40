"""The page on which staff log in."""

from __future__ import annotations

from aiohttp import web

from servizio.server.pages.templating import page


def login_page(next_path: str, *, trouble: str = "", status: int = 200) -> web.Response:
    """A form that posts `token` and `next` to `/login`. `trouble`: why the last try failed."""
    return page("login.html", status=status, next_path=next_path, trouble=trouble)
