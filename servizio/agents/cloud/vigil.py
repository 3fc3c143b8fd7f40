"""Finds out what a provider does not tell: that it has stopped hearing, thinking or speaking.

Whatever dies at the far end, the customer hears something within three seconds: a word from
the agent where it still can, else the next agent. All rules are here, in one place, and look
at one clock.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from servizio.agents.cloud.customer_sound import CustomerSound
from servizio.agents.cloud.replies import Replies
from servizio.agents.cloud.sound_path import BYTES_PER_SECOND

FILLER_AFTER = 1.6
"""Seconds without any progress after which the customer is asked to wait."""
FILLER_AT_LAST = 3.0
"""Seconds of silence after which the customer is asked to wait, progress or not."""
ANSWER_WITHIN = 2.25
"""Seconds without any progress after which the answer will not come."""
ANSWER_WITHIN_FILLED = 5.0
"""The same once the customer was asked to wait."""
TEXT_TO_SOUND = 2.0
"""Seconds in which words must be followed by sound."""
DRY = 2.0
"""Seconds of nothing in the middle of a sentence."""
RUN_OUT = 0.5
"""Seconds after the last sound after which a speech without an end has ended."""
SHORTEST_LETTER = 0.04
"""Seconds of sound for a letter; less means that sound is missing. Real speech has 0.065."""
SPOKE = 0.3
"""Seconds of loud sound that are worth an answer."""
COUGH = 0.6
"""Seconds of loud sound that may have been no words although the provider thought so."""
UNHEARD_AFTER = 1.9
"""Seconds of quiet after the customer spoke in which the provider tells what was said."""

SOFTLY = 8.0
"""The same for a customer whom the provider hears although there is nothing loud."""
JUST_NOW = 1.0
"""Seconds; the provider hears a customer a little after we do."""
NUDGED_WITHIN = 0.7
"""Seconds in which the provider must then speak, or refuse to."""


class Verdict(StrEnum):
    """What has to be done now."""

    NOTHING = "nothing"
    FILL = "fill"
    """Ask the customer to wait: the answer is late."""
    NUDGE = "nudge"
    """Ask the customer to say it again: nothing was understood, or nobody listens."""
    NOISE = "noise"
    """What stopped the agent was no words."""
    SPEECH_OVER = "speech_over"
    """The speech has ended without saying so."""
    MUTE = "mute"
    """There are words and no sound."""
    STOPPED = "stopped"
    """It stopped in the middle of a sentence."""
    NO_ANSWER = "no_answer"
    """It owes an answer."""


FATAL: Final = {
    Verdict.MUTE: "has words but no voice",
    Verdict.STOPPED: "stopped in the middle of a sentence",
    Verdict.NO_ANSWER: "owes an answer",
}
"""Verdicts that end the session, and what the provider does."""


class Vigil:
    """Watches one session."""

    def __init__(
        self,
        replies: Replies,
        customer: CustomerSound,
        clock: Callable[[], float],
        unheard_after: float = UNHEARD_AFTER,
    ) -> None:
        self._replies = replies
        self._customer = customer
        self._clock = clock
        self._unheard_after = unheard_after
        self._owed_since: float | None = None
        self._progress_at = 0.0
        self._patience = ANSWER_WITHIN
        self._filled = False
        self._hearing_since: float | None = None
        self._interrupted = False
        self._nudged = False

    @property
    def is_hearing(self) -> bool:
        """Whether the customer's turn is open."""
        return self._hearing_since is not None

    def owe(self, patience: float = ANSWER_WITHIN, *, may_fill: bool = False) -> None:
        """A sound of the agent is due from now on, unless the customer is speaking."""
        if self.is_hearing:
            return
        self._owed_since = self._progress_at = self._clock()
        self._patience = patience
        self._filled = not may_fill

    def progress(self) -> None:
        """It is at work: what is owed may take longer."""
        self._progress_at = self._clock()

    def customer_started(self) -> None:
        """The provider hears the customer."""
        self._hearing_since = self._clock()
        self._interrupted = self._replies.is_heard
        self._owed_since = None
        self._nudged = False
        if self._customer.quiet_seconds > JUST_NOW:
            self._customer.forget()

    def customer_understood(self) -> None:
        """The provider has told what the customer said: an answer is due."""
        self.customer_is_done()
        self.owe(may_fill=True)

    def customer_is_done(self) -> None:
        """The customer's turn is over, for better or worse."""
        self._hearing_since = None
        self._nudged = False
        self._customer.forget()

    def nudge_refused(self) -> None:
        """It would not speak now, so it lives: the customer's turn is still open."""
        self._owed_since = None
        self._nudged = False
        self._hearing_since = self._clock()

    def filled(self) -> None:
        """The customer is being asked to wait, or cannot be: it lives, and still owes."""
        if self._filled and not self.is_hearing:
            self._owed_since = self._progress_at = self._clock()
            self._patience = ANSWER_WITHIN_FILLED

    def sound_came(self) -> None:
        """Sound of what is owed came."""
        self._customer.forget()
        self._owed_since = None

    def look(self, *, at_work: bool) -> Verdict:
        """What has to be done now. `at_work`: a function of ours is being called."""
        now = self._clock()
        if self._replies.is_open:
            verdict = self._look_at_speech(now)
            # Who has words and no voice cannot ask for patience either.
            if verdict is not Verdict.NOTHING or not self._replies.sounded:
                return verdict
        if self._owed_since is not None:
            return self._look_at_answer(now, at_work=at_work)
        if not self._replies.is_heard:
            return self._look_at_customer(now)
        return Verdict.NOTHING

    def _look_at_speech(self, now: float) -> Verdict:
        replies = self._replies
        if not replies.sounded:
            waited = now - max(replies.begun_at, replies.plays_until)
            return Verdict.MUTE if waited > TEXT_TO_SOUND else Verdict.NOTHING
        dry = now - replies.plays_until
        missing = replies.characters * SHORTEST_LETTER > replies.sounded / BYTES_PER_SECOND
        if missing:
            return Verdict.STOPPED if dry > DRY else Verdict.NOTHING
        return Verdict.SPEECH_OVER if dry > RUN_OUT else Verdict.NOTHING

    def _look_at_answer(self, now: float, *, at_work: bool) -> Verdict:
        silence = now - max(self._owed_since or now, self._replies.plays_until)
        standstill = now - max(self._progress_at, self._replies.plays_until)
        if not self._filled and (standstill > FILLER_AFTER or silence > FILLER_AT_LAST):
            self._filled = True
            return Verdict.FILL
        late = standstill > self._patience
        return Verdict.NO_ANSWER if late and not at_work else Verdict.NOTHING

    def _look_at_customer(self, now: float) -> Verdict:
        """The customer is quiet: was there something, and was it understood?"""
        customer = self._customer
        if self._nudged or customer.quiet_seconds < self._unheard_after:
            return Verdict.NOTHING
        heard = customer.loud_seconds
        if self._hearing_since is not None:
            # Whom the provider hears and we do not speaks softly: that takes its time.
            wait = self._unheard_after if heard else SOFTLY
            if now - self._hearing_since < wait:
                return Verdict.NOTHING
            if self._interrupted and 0 < heard < COUGH:
                self.customer_is_done()
                return Verdict.NOISE
        elif heard < SPOKE:
            return Verdict.NOTHING
        self._nudged = True
        self._hearing_since = None
        self.owe(patience=NUDGED_WITHIN)
        return Verdict.NUDGE
