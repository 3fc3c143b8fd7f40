"""Sees to it that the model is asked for one answer at a time.

A second `response.create` is refused while an answer is being made, and the provider makes one
of its own accord after each turn of the customer. So what we want answered is a wish, and a
wish waits for its moment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from servizio.agents.cloud.provider_json import Json

MOST_TRIES = 3
"""How often an answer is asked for that is refused because of another."""


class Making(StrEnum):
    """Whether an answer is being made."""

    IDLE = "idle"
    CREATE_SENT = "create_sent"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Wish:
    """One answer that is wanted."""

    instructions: str = ""
    """Instead of the session's own; empty: the model goes on as it likes."""
    lasts: bool = False
    """Whether it is still wanted after the customer has spoken."""
    tries: int = 1

    @property
    def response(self) -> Json:
        """What is asked for."""
        if not self.instructions:
            return {}
        return {"instructions": self.instructions, "tool_choice": "none"}


class ResponseGuard:
    """The answers of one session. `create(response)` asks for one and returns the event's id.

    `cancel(response_id)` ends one.
    """

    def __init__(self, create: Callable[[Json], str], cancel: Callable[[str], None]) -> None:
        self._create = create
        self._cancel = cancel
        self._wishes: deque[Wish] = deque()
        self._sent: tuple[str, Wish] | None = None
        self._unwanted: set[str] = set()
        """Events that asked for what is not wanted any more."""
        self._customers = False
        """Whether the next answer is the one to the customer's turn."""
        self.making = Making.IDLE
        self.active = ""
        """The answer being made; empty where there is none, or its name is not known yet."""
        self.wish = Wish()
        """What the answer being made, or the last one, was wanted for."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being made or wanted."""
        return self.making is Making.IDLE and not self._wishes and not self._customers

    def ask(self, wish: Wish) -> None:
        """Want an answer. One without instructions of its own is wanted once at a time."""
        if self._customers and not wish.lasts:
            # The answer to the customer's turn will know what this one would.
            return
        if not wish.instructions and wish in self._wishes:
            return
        self._wishes.append(wish)
        self._next()

    def customer_began(self) -> None:
        """The customer speaks, and will be answered: most wishes are out of place now."""
        self._customers = True
        self._wishes = deque(wish for wish in self._wishes if wish.lasts)
        self._give_up()

    @property
    def is_waiting(self) -> bool:
        """Whether the customer's turn has no answer yet, and none is being made."""
        return self._customers and self.making is Making.IDLE

    def expect_no_answer(self) -> None:
        """The customer's turn was none, or the provider does not answer it."""
        self._customers = False
        self._next()

    def stop(self) -> None:
        """End the answer that is being made: the customer has pressed a key."""
        self._wishes = deque(wish for wish in self._wishes if wish.lasts)
        self._give_up()
        if self.active:
            self._cancel(self.active)

    def created(self, response: str, ours: str) -> bool:
        """An answer is being made. False: it is one that was given up."""
        self.making, self.active = Making.ACTIVE, response
        if ours in self._unwanted:
            self._unwanted.discard(ours)
            self._cancel(response)
            return False
        self._customers = False
        self.wish = Wish()
        if self._sent is not None and self._sent[0] == ours:
            self.wish, self._sent = self._sent[1], None
        return True

    def done(self, response: str) -> None:
        """An answer has ended. One that was never seen to begin ends nothing."""
        if self.making is Making.ACTIVE and response == (self.active or response):
            self._rest()

    def refused(self, event: str, *, is_active: bool) -> Wish | None:
        """Our event was refused, for another answer being made or for another reason.

        With another being made the wish waits for its end. Else it is given back, where it is
        still wanted.
        """
        if self._sent is None or self._sent[0] != event:
            self._unwanted.discard(event)
            return None
        wish, self._sent = self._sent[1], None
        was_sent = self.making is Making.CREATE_SENT
        if not is_active:
            self.making = Making.IDLE if was_sent else self.making
            return wish
        if wish.tries < MOST_TRIES:
            self._wishes.appendleft(Wish(wish.instructions, wish.lasts, wish.tries + 1))
        if was_sent:
            # Its end tells when to try again, also where its beginning was not told.
            self.making = Making.ACTIVE
        self._next()
        return None

    def _give_up(self) -> None:
        if self._sent is None:
            return
        event, wish = self._sent
        self._sent = None
        self._unwanted.add(event)
        if wish.lasts:
            self._wishes.appendleft(wish)
        if self.making is Making.CREATE_SENT:
            self.making = Making.IDLE

    def _rest(self) -> None:
        self.making, self.active = Making.IDLE, ""
        self._next()

    def _next(self) -> None:
        if self.making is Making.IDLE and self._wishes and not self._customers:
            wish = self._wishes.popleft()
            self.making = Making.CREATE_SENT
            self._sent = (self._create(wish.response), wish)
