"""Every kind of words that a restaurant says has its answer."""

from __future__ import annotations

from servizio.agents.concierge.rules import RULES
from servizio.language.restaurant_phrases import Says

OF_MACHINES = {Says.VOICEMAIL, Says.MENU}
"""Answered before anything else: no person speaks."""


def test_every_kind_of_words_is_answered_by_a_rule() -> None:
    answered = {kind for rule in RULES for kind in rule.says}
    assert set(Says) - answered == OF_MACHINES
