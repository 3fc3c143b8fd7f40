"""Words by which a customer says "I am listening", and not "stop"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from servizio.agents.local.dialogue import Ask, Dialogue
from servizio.agents.local.endpoint import Regard
from servizio.language.meaning import (
    Act,
    Affirm,
    Deny,
    Done,
    Meaning,
    NotOnMenu,
    Question,
    Thanks,
    Topic,
)

UNHEARD: Final = 0.5
"""Confidence up to which something "not on the menu" is what the recogniser made of a hum."""
_HUMS = frozenset({
    "uh", "huh", "uhhuh", "aha", "ah", "ha", "mm", "mmm", "mhm", "mmhm", "mmhmm", "hm", "hmm", "oh",
})  # fmt: skip
_NODS = frozenset({
    "ok", "okay", "okey", "k", "right", "yeah", "yep", "yup", "yes", "ya", "sure", "alright", "all",
    "fine", "good", "great", "cool", "i", "see", "got", "it",
})  # fmt: skip
_PHRASES = frozenset({"all right", "i see", "got it", "all good", "sure sure"})
_MOST_WORDS = 3
FEW_WORDS: Final = 6
"""Words without a meaning, up to which they were a hum heard wrong: the recogniser makes many
of one. Whoever asks knows how short the sound was."""
_LONGEST_NOD_MS: Final = 1300
"""Milliseconds of speech beyond which it is no nod, whatever words were heard: "okay, got it"."""
_LONGEST_DOUBT_MS: Final = 900
"""The same where the words are no nod, but may be one heard wrong."""
_LONGEST_HUM_MS: Final = 750
"""Milliseconds of speech up to which few real words fit: "mm hmm", whatever was heard."""
_LAUGH: Final = re.compile(r"(\S+(?: \S+)?)(?: \1){2,}")
"""What the recogniser makes of a laugh: one or two words, again and again."""
_ALONE = frozenset({"all", "i", "see", "got", "it", "k"})
"""Words that are a nod in company only."""


def is_backchannel(text: str) -> bool:
    """Whether all that was said is a hum or a nod: "uh-huh", "okay", "right, I see".

    >>> is_backchannel("Uh-huh."), is_backchannel("okay, a taro")
    (True, False)
    """
    words = re.sub(r"[^a-z ]+", " ", text.lower()).split()
    if not 0 < len(words) <= _MOST_WORDS:
        return False
    if " ".join(words) in _PHRASES:
        return True
    return all(word in _HUMS or (word in _NODS and word not in _ALONE) for word in words) or (
        " ".join(words[-2:]) in _PHRASES and all(word in _HUMS | _NODS for word in words)
    )


def only_listens(
    state: Dialogue, hypotheses: Sequence[str], meaning: Meaning, *, ordered: bool
) -> bool:
    """Whether this, said into our speech, is no answer to anything (`Mind.only_listens`)."""
    at_rest = state.ask in {Ask.ORDER, Ask.AFTER}
    if not (hypotheses and (state.unheard or state.aside or at_rest)):
        return False
    # Where nothing is ordered, "that's all" and "thank you" are made of a laugh.
    light = (Affirm, Deny, Done, Thanks) if state.ask is Ask.ORDER and not ordered else (Affirm,)
    if any(not isinstance(act, light) for act in meaning.acts):
        return False
    nods = any(is_backchannel(text) for text in hypotheses)
    return nods or (len(hypotheses[0].split()) <= FEW_WORDS and len(meaning.acts) <= 1)


def regard_of(
    texts: Sequence[str],
    meaning: Meaning,
    speech_ms: int,
    only_listens: Callable[[Sequence[str], Meaning], bool],
) -> Regard:
    """What hypotheses of a sound that was made into our speech are taken for.

    `speech_ms`: how much of the sound is speech. `only_listens`: whether these words would be no
    answer at this point of the call.
    """
    if speech_ms > _LONGEST_NOD_MS:
        return Regard.WORDS
    nods = is_backchannel(texts[0])
    if speech_ms > _LONGEST_DOUBT_MS and not nods and not _LAUGH.fullmatch(texts[0]):
        return Regard.WORDS
    if speech_ms <= _LONGEST_HUM_MS:
        meaning = _without_guesses(meaning)
    elif meaning.unfinished:
        return Regard.WORDS
    if not only_listens(texts, meaning):
        return Regard.WORDS
    return Regard.NOD if nods else Regard.HUM


def _without_guesses(meaning: Meaning) -> Meaning:
    """The meaning of a very short sound without what a hum heard wrong seems to mean: a thing
    not on the menu ("bright"), a question about nothing ("you have")."""
    acts = tuple(act for act in meaning.acts if not _is_guess(act, meaning))
    return replace(meaning, acts=acts)


def _is_guess(act: Act, meaning: Meaning) -> bool:
    if isinstance(act, NotOnMenu):
        return meaning.unfinished or meaning.confidence <= UNHEARD
    return isinstance(act, Question) and act == Question(Topic.AVAILABILITY)
