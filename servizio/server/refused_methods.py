"""Methods that a path does not take, where a path with a blank in it would take them instead.

`GET /api/orders/quote` must not be told to be an unknown order: quotes are asked for by POST.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from aiohttp import web

Who = TypeVar("Who")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Route = tuple[str, str, Who, Handler]
"""Method, path, who may pass, and what answers."""


def refused(routes: Iterable[Route[Who]]) -> Iterator[Route[Who]]:
    """Routes that answer 405 with `Allow`, for whoever may pass the path's own."""
    routes = tuple(routes)
    taken: Mapping[str, dict[str, Who]] = defaultdict(dict)
    for method, path, who, _ in routes:
        taken[path][method] = who
    for method, pattern, _, _ in routes:
        swallows = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(pattern)))
        for path, own in taken.items():
            if "{" not in path and method not in own and swallows.fullmatch(path):
                yield method, path, next(iter(own.values())), _refusing(frozenset(own))


def _refusing(allowed: frozenset[str]) -> Handler:
    async def refuse(request: web.Request) -> web.StreamResponse:
        raise web.HTTPMethodNotAllowed(request.method, allowed)

    return refuse
