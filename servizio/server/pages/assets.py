"""Styles, scripts and pictures of the pages: held in memory, and named by what is in them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Final

from aiohttp import web

TYPES: Final = MappingProxyType(
    {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
)
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_FIRST: Final = "public, no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load."""

    body: bytes
    content_type: str
    version: str
    """Changes with the body."""


def _read() -> dict[str, Asset]:
    found = {}
    for file in (resources.files(__package__) / "assets").iterdir():
        body = file.read_bytes()
        ending = file.name[file.name.rfind(".") :]
        version = hashlib.sha256(body).hexdigest()[:12]
        found[file.name] = Asset(body, TYPES[ending], version)
    return found


_ASSETS: Final = MappingProxyType(_read())


def asset_path(name: str) -> str:
    """Where a page finds a file, as it is now. Raises `KeyError` for one that is not there."""
    return f"/assets/{name}?v={_ASSETS[name].version}"


async def show_asset(request: web.Request) -> web.Response:
    """`GET /assets/{name}`: a style, a script or a picture.

    Asked for by its version it may be kept for ever; without one the browser asks each time,
    and is told 304 while nothing has changed.
    """
    asset = _ASSETS.get(request.match_info["name"])
    if asset is None:
        raise web.HTTPNotFound
    tag = f'"{asset.version}"'
    named = request.query.get("v") == asset.version
    headers = {"ETag": tag, "Cache-Control": FOR_EVER if named else ASK_FIRST}
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=headers)
    charset = None if asset.content_type.startswith("image/") else "utf-8"
    return web.Response(
        body=asset.body, content_type=asset.content_type, charset=charset, headers=headers
    )
