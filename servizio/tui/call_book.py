"""The calls as a screen holds them: who is on the line, what was said, what is in the cart.

Pure and synchronous.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from servizio.tui.views import CallView, CartView, Speaker, TranscriptLine

_MOST_PAST = 200


class CallBook:
    """Every call that this screen knows, by its sid."""

    def __init__(self) -> None:
        self._calls: dict[str, CallView] = {}
        self._partial: dict[tuple[str, Speaker], TranscriptLine] = {}

    def load(self, calls: Iterable[CallView]) -> None:
        """Take over the server's list; what was heard of a call stays where the list has none."""
        listed = {call.sid: call for call in calls}
        for sid, call in listed.items():
            known = self._calls.get(sid)
            if known is not None and not call.transcript:
                listed[sid] = replace(call, transcript=known.transcript, cart=known.cart)
        self._calls = listed
        self._partial = {key: line for key, line in self._partial.items() if key[0] in listed}

    def get(self, sid: str) -> CallView | None:
        """The call with that sid, if it is known."""
        return self._calls.get(sid)

    def put(self, call: CallView) -> None:
        """Take over a call that began, ended or was loaded whole."""
        known = self._calls.get(call.sid)
        if known is not None:
            call = replace(
                call,
                transcript=call.transcript or known.transcript,
                cart=call.cart if call.cart.lines else known.cart,
                latency_ms=call.latency_ms or known.latency_ms,
                errand=call.errand or known.errand,
            )
        self._calls[call.sid] = call
        if call.ended_at is not None:
            for speaker in Speaker:
                self._partial.pop((call.sid, speaker), None)
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        past = self.past()
        for call in past[_MOST_PAST:]:
            del self._calls[call.sid]

    def speak(self, sid: str, line: TranscriptLine, *, final: bool) -> None:
        """Take over words of a call; a final line replaces what was shown while it was spoken.

        A final line of the same speaker and time as a known one corrects it: the agent's
        words are cut to what was heard when the customer talks over them.
        """
        call = self._calls.get(sid)
        if call is None:
            return
        if not final:
            self._partial[sid, line.role] = line
            return
        self._partial.pop((sid, line.role), None)
        kept = [each for each in call.transcript if (each.role, each.at) != (line.role, line.at)]
        kept.append(line)
        kept.sort(key=lambda each: each.at)
        self._calls[sid] = replace(call, transcript=tuple(kept))

    def fill_cart(self, sid: str, cart: CartView) -> None:
        """Take over what is in a call's cart."""
        call = self._calls.get(sid)
        if call is not None:
            self._calls[sid] = replace(call, cart=cart)

    def measure(self, call: CallView) -> None:
        """Take over who talks in a call and how quickly; its words come by events alone."""
        known = self._calls.get(call.sid)
        if known is not None and known.ended_at is None:
            self._calls[call.sid] = replace(
                known,
                agent=call.agent or known.agent,
                latency_ms=call.latency_ms or known.latency_ms,
            )

    def speaking(self, sid: str) -> tuple[TranscriptLine, ...]:
        """What is being said in a call right now, not final yet."""
        lines = [line for (known, _), line in self._partial.items() if known == sid]
        return tuple(sorted(lines, key=lambda line: line.at))

    def live(self) -> tuple[CallView, ...]:
        """The calls in progress, longest first."""
        calls = [call for call in self._calls.values() if call.ended_at is None]
        return tuple(sorted(calls, key=lambda call: (call.started_at, call.sid)))

    def past(self) -> tuple[CallView, ...]:
        """The calls that have ended, newest first."""
        calls = [call for call in self._calls.values() if call.ended_at is not None]
        return tuple(sorted(calls, key=lambda call: (call.started_at, call.sid), reverse=True))
