"""How long an order will take, as a shop says it on the phone."""

from __future__ import annotations

import math

LEAST_MINUTES = 5


def quoted_minutes(
    items_ahead: int,
    items_ordered: int = 1,
    *,
    minutes_per_item: float = 1.5,
    staff: int = 1,
    extra_minutes: float = 0.0,
) -> int:
    """Minutes until an order is ready, rounded up to what people say.

    `items_ahead` wait or are being made; `staff` people work on them side by side;
    `extra_minutes` come on top of it in any case (a busy hour, an oven). Up to half an hour
    in steps of 5 minutes, above that of 15. A late order annoys, an early one does not, so
    it never rounds down.
    """
    items = max(0, items_ahead) + max(0, items_ordered)
    minutes = items * max(0.0, minutes_per_item) / max(1, staff) + max(0.0, extra_minutes)
    step = 5 if minutes <= 30 else 15
    return max(LEAST_MINUTES, math.ceil(minutes / step) * step)


def spoken_wait(minutes: int) -> str:
    """`about 15 minutes`, `about an hour`, `about 2 hours and 30 minutes`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"about {rest} minute{'' if rest == 1 else 's'}"
    whole = "an hour" if hours == 1 else f"{hours} hours"
    if not rest:
        return f"about {whole}"
    return f"about {whole} and {rest} minute{'' if rest == 1 else 's'}"
