"""Stories of what the recogniser is told to expect."""

from __future__ import annotations

from servizio.language.phrases import ordering_phrases
from servizio.shop.menu import Menu, Modifier
from tests.language.menus import group, item, tea_shop


def test_names_aliases_and_plurals_of_the_menu_are_expected() -> None:
    phrases = ordering_phrases(tea_shop())
    assert {"taro milk tea", "taros", "tapioca", "matcha stencil", "50 percent"} <= set(phrases)
    assert len(phrases) == len(set(phrases))


def test_a_note_that_either_will_do_is_not_a_name() -> None:
    rice = group(
        "rice",
        Modifier("either", "or(white rice,brown rice)", ("rice",)),
        Modifier("white-rice", "white rice"),
        Modifier("brown-rice", "brown rice"),
    )
    phrases = ordering_phrases(Menu("Rice", (item("bowl", groups=("rice",)),), (rice,)))
    assert "rice" in phrases
    assert not any("or(" in phrase or "or white" in phrase for phrase in phrases)
