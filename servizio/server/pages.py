"""The public pages that need no script of their own: the shop's front door and its board."""

from __future__ import annotations

import asyncio
from html import escape
from importlib import resources

from aiohttp import web

from servizio.server.keys import MENU, SETTINGS
from servizio.shop.menu import Menu

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What a page may load: what this server gives it, and nothing else."""

ASSETS = {"page.css": "text/css", "board.js": "text/javascript"}


def page(title: str, body: str, *, script: str = "") -> web.Response:
    """A page around a body. `title` is plain text, `body` is HTML."""
    tag = f'<script src="/assets/{script}" defer></script>' if script else ""
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/assets/page.css">{tag}'
        f"</head><body>{body}</body></html>"
    )
    return web.Response(
        text=text,
        content_type="text/html",
        headers={"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"},
    )


async def landing(request: web.Request) -> web.Response:
    """`GET /`: the shop's name, telephone number and menu."""
    settings, menu = request.app[SETTINGS], request.app[MENU]
    name = settings.shop.name or menu.name
    number = settings.twilio.phone_number
    phone = (
        f'<p>Order by phone: <a href="tel:{escape(number)}">{escape(number)}</a></p>'
        if number
        else "<p>Order by phone, or at the counter.</p>"
    )
    address = settings.shop.address
    return page(
        name,
        f"<main><h1>{escape(name)}</h1>{phone}"
        + (f"<p>{escape(address)}</p>" if address else "")
        + f'<p><a href="/orders">Orders in progress</a></p>{_menu(menu)}</main>',
    )


def _menu(menu: Menu) -> str:
    sections: dict[str, list[str]] = {}
    for item in menu.items:
        row = f"<li><span>{escape(item.name)}</span><b>{item.price}</b></li>"
        sections.setdefault(item.category or "menu", []).append(row)
    for group in menu.modifier_groups:
        rows = [
            f"<li><span>{escape(each.name)}</span><b>{'+' + str(each.price)}</b></li>"
            for each in group.modifiers
            if each.price
        ]
        if rows:
            sections.setdefault(group.name, []).extend(rows)
    return (
        "".join(
            f"<section><h2>{escape(title)}</h2><ul>{''.join(rows)}</ul></section>"
            for title, rows in sections.items()
        )
        + f"<p>Prices in {escape(menu.currency)}.</p>"
    )


async def board(request: web.Request) -> web.Response:
    """`GET /orders`: order numbers, preparing and ready, for the television."""
    name = request.app[SETTINGS].shop.name or request.app[MENU].name
    return page(
        f"{name}: orders",
        f'<main class="board"><h1>{escape(name)}</h1><p id="state" role="status"></p>'
        '<section><h2>Preparing</h2><ol id="preparing"></ol></section>'
        '<section><h2>Ready</h2><ol id="ready" aria-live="polite"></ol></section></main>',
        script="board.js",
    )


async def asset(request: web.Request) -> web.Response:
    """`GET /assets/{name}`: a style or script of these pages."""
    name = request.match_info["name"]
    if name not in ASSETS:
        raise web.HTTPNotFound
    file = resources.files(__package__).joinpath("assets", name)
    text = await asyncio.to_thread(file.read_text, encoding="utf-8")
    return web.Response(
        text=text, content_type=ASSETS[name], headers={"Cache-Control": "max-age=300"}
    )
