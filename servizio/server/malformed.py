"""What is no HTTP at all is refused by aiohttp itself, before any of our code.

It would log each with a traceback and the line that was sent: anybody could fill the log, and
put into it what should not be there.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from aiohttp import http_exceptions, web

log = logging.getLogger(__name__)


class _NoNoise(logging.Filter):
    """Lets all through but the complaint about a malformed request, which it counts."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, http_exceptions.HttpProcessingError):
            return True
        self.count += 1
        # The first, the tenth, the hundredth: it is seen, and never more than a few lines.
        if str(self.count).strip("0") == "1":
            log.warning("malformed_requests count=%d", self.count)
        return False


async def hush_malformed(_app: web.Application) -> AsyncIterator[None]:
    """Count malformed requests instead of logging each, for as long as the server runs."""
    noisy, hush = logging.getLogger("aiohttp.server"), _NoNoise()
    noisy.addFilter(hush)
    yield
    noisy.removeFilter(hush)
