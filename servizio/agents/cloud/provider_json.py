"""JSON as providers speak it. What comes from them is never trusted: nothing here raises."""

from __future__ import annotations

import json
from typing import Any

Json = dict[str, Any]
"""An object."""


def body_of(frame: str) -> Json:
    """The object in a frame; empty where there is none."""
    try:
        body = json.loads(frame)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def text_of(body: Json, key: str) -> str:
    """The text under this key; empty where there is none."""
    value = body.get(key)
    return value if isinstance(value, str) else ""
