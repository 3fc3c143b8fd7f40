"""What restaurants are told on the telephone: the words that their recogniser leans towards."""

from __future__ import annotations

from typing import Final

_NUMBERS: Final = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirty", "fifteen", "forty five",
)  # fmt: skip
_DAYS: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "today",
    "tonight", "tomorrow",
)  # fmt: skip
SPOKEN: Final = (
    *_NUMBERS, *_DAYS, "a table for", "i'd like a table for", "people", "p m", "a m", "o'clock",
    "half past", "quarter past", "noon", "at", "for", "please", "hello", "i'm an assistant",
    "calling for", "the name is", "under the name", "you can reach us at", "yes that's right",
    "that's right", "sorry it's for", "sorry it should be", "works for us", "is fine",
    "we'll take that", "anything else between", "is there a confirmation number",
    "confirmation number", "is that right", "is that correct", "is the table booked",
    "sure take your time", "i'll wait", "no thank you", "nothing special", "inside please",
    "thank you anyway", "that's too late for us", "that's all", "thank you", "goodbye",
)  # fmt: skip
"""Phrases of whoever reserves a table."""
