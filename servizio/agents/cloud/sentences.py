"""Sentences that are ours and not the model's, spoken in the provider's voice."""

from __future__ import annotations

FILLER = "One moment, please."
NUDGE = "I'm sorry, I didn't catch that. Could you say it again?"
SILENCES = ("Are you still there?", "Hello? Can I get you anything else?", "Are you there?")
"""What is asked of a silent customer, the first time, the second, and so on."""
