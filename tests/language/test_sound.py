"""Stories of words that sound alike."""

from __future__ import annotations

import pytest

from servizio.language.sound import likeness, outline, sounds_of


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("tee", "tea"),
        ("bow bah", "boba"),
        ("mustered", "mustard"),
        ("frys", "fries"),
        ("karamel", "caramel"),
        ("hunny", "honey"),
        ("moka", "mocha"),
        ("match of", "matcha"),
    ],
)
def test_what_sounds_alike_is_near(heard: str, meant: str) -> None:
    assert likeness(sounds_of(heard), sounds_of(meant)) >= 0.7


@pytest.mark.parametrize(
    ("heard", "meant"), [("ham", "salad"), ("call", "fries"), ("latte", "mustard"), ("no", "tea")]
)
def test_what_sounds_different_is_far(heard: str, meant: str) -> None:
    assert likeness(sounds_of(heard), sounds_of(meant)) < 0.6


def test_nothing_is_like_silence() -> None:
    assert likeness("", sounds_of("tea")) == 0
    assert sounds_of("") == ""


def test_an_outline_blurs_what_the_line_blurs() -> None:
    assert outline(sounds_of("bad")) == outline(sounds_of("pat"))
