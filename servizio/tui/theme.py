"""The looks: dark, light and high contrast, with the same three colours for waiting.

Sky, yellow and vermillion (Okabe and Ito, "Color Universal Design") can be told apart by
people with any of the usual colour-blindnesses. State is also said by word and symbol.
"""

from __future__ import annotations

from textual.theme import Theme

WAITING_COLOURS = {
    "age-fresh": "#56B4E9",
    "age-warn": "#F0E442",
    "age-late": "#FF7A33",
    "age-late-text": "#101010",
}
"""Variables that every theme must know, Textual's own included."""

_LIGHT_WAITING = {
    "age-fresh": "#005B8C",
    "age-warn": "#7A5C00",
    "age-late": "#B33C00",
    "age-late-text": "#FFFFFF",
}

THEMES = (
    Theme(
        name="servizio-dark",
        primary="#56B4E9",
        secondary="#CC79A7",
        accent="#56B4E9",
        warning="#F0E442",
        error="#FF7A33",
        success="#2FBF8F",
        foreground="#F2EFE9",
        background="#101214",
        surface="#171A1D",
        panel="#22272B",
        dark=True,
        variables=WAITING_COLOURS,
    ),
    Theme(
        name="servizio-light",
        primary="#005B8C",
        secondary="#8A3D67",
        accent="#005B8C",
        warning="#7A5C00",
        error="#B33C00",
        success="#00664A",
        foreground="#16181A",
        background="#FAF8F4",
        surface="#F1EEE8",
        panel="#E2DDD4",
        dark=False,
        variables=_LIGHT_WAITING,
    ),
    Theme(
        name="servizio-contrast",
        primary="#FFFFFF",
        secondary="#FFFFFF",
        accent="#F0E442",
        warning="#F0E442",
        error="#FF7A33",
        success="#56B4E9",
        foreground="#FFFFFF",
        background="#000000",
        surface="#000000",
        panel="#1C1C1C",
        dark=True,
        variables=WAITING_COLOURS,
    ),
)
"""The first is the one a console starts with."""


def theme_name(light: str) -> str:
    """The theme for `dark`, `light` or `contrast`; the first for anything else."""
    names = [theme.name for theme in THEMES]
    return next((name for name in names if name == f"servizio-{light}"), names[0])
