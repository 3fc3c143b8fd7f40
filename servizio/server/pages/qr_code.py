"""QR codes as pictures within a page."""

from __future__ import annotations

from functools import lru_cache

import segno
from markupsafe import Markup


@lru_cache(maxsize=8)
def qr_svg(content: str) -> Markup:
    """An SVG without size or style: the page's own style says how large it is.

    Drawing takes milliseconds that calls would wait for, so each is drawn once.
    """
    code = segno.make(content, micro=False)
    drawn = code.svg_inline(border=2, light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    # What is in it becomes black squares: nothing of it is in the markup.
    return Markup(drawn)  # noqa: S704
