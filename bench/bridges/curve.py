"""A small line chart as SVG: cost of one call over calls at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 120, 24, 48
COLOURS: Final = ("#6b7280", "#b45309", "#0f766e", "#7c3aed")
DASHES: Final = ("6 4", "2 3", "none", "8 3 2 3")
"""Lines differ in their dashes too: not everybody sees the colours."""


def draw_curve(curves: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """`curves`: for each name (calls at once, milliseconds of CPU a call second)."""
    points = [point for curve in curves.values() for point in curve]
    most_calls = max((calls for calls, _ in points), default=1)
    highest = max((cost for _, cost in points), default=1.0) * 1.1

    def x(calls: int) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * calls / most_calls

    def y(cost: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * cost / highest

    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            'font-family="sans-serif" font-size="12">'
        ),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="14">CPU milliseconds for one second of one call</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 10}">calls at once, on one core</text>',
    ]
    for step in range(5):
        cost = highest * step / 4
        parts += [
            (
                f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(cost):.1f}" y2="{y(cost):.1f}" '
                'stroke="#e5e7eb"/>'
            ),
            f'<text x="{LEFT - 8}" y="{y(cost) + 4:.1f}" text-anchor="end">{cost:.1f}</text>',
        ]
    for calls in sorted({calls for calls, _ in points}):
        parts.append(
            f'<text x="{x(calls):.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">'
            f"{calls}</text>"
        )
    for index, (name, curve) in enumerate(curves.items()):
        colour, dash = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
        line = " ".join(f"{x(calls):.1f},{y(cost):.1f}" for calls, cost in curve)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dash}"/>'
        )
        if curve:
            parts.append(
                f'<text x="{x(curve[-1][0]) + 8:.1f}" y="{y(curve[-1][1]) + 4:.1f}" '
                f'fill="{colour}">{escape(name)}</text>'
            )
    return "\n".join([*parts, "</svg>\n"])
