"""The page on which staff log in."""

from __future__ import annotations

from html import escape

from aiohttp import web

from servizio.server.pages import page


def login_page(next_path: str, *, trouble: str = "", status: int = 200) -> web.Response:
    """A form that posts `token` and `next` to `/login`. `trouble`: why the last try failed."""
    told = f'<p role="alert">{escape(trouble)}</p>' if trouble else ""
    response = page(
        "Staff",
        f"<main><h1>Staff</h1>{told}"
        '<form method="post" action="/login">'
        f'<input type="hidden" name="next" value="{escape(next_path)}">'
        '<p><label for="token">Staff token</label><br>'
        '<input id="token" name="token" type="password" required autofocus '
        'autocomplete="current-password" maxlength="512"></p>'
        '<p><button type="submit">Log in</button></p></form></main>',
    )
    response.set_status(status)
    response.headers["Cache-Control"] = "no-store"
    return response
