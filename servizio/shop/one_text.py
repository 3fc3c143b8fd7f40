"""Words for a text to a customer, so that it is one message on the bill.

The shop's name comes first, as the law in many places wants it and as nobody knows our number.
"""

from __future__ import annotations

from servizio.shop.gsm7 import segment_count, to_gsm7

SHORTEST_NAME = 12
"""Signs of a shop's name that are always left; rather than fewer, a text is two messages."""
_CUT = ".."


def one_text(shop: str, *wordings: str) -> str:
    """The first wording that is one message behind the shop's name, else the last one.

    Before the last one the name is shortened as far as that helps. A name of which the
    alphabet of texts has no sign is left out.
    """
    if not to_gsm7(shop).strip(" .-"):
        return next((each for each in map(_begin, wordings) if _fits(each)), _begin(wordings[-1]))
    for wording in wordings:
        if _fits(whole := f"{shop}: {wording}"):
            return whole
    for length in range(len(shop) - 1, SHORTEST_NAME - 1, -1):
        if _fits(whole := f"{_shortened(shop, length)}: {wordings[-1]}"):
            return whole
    return f"{shop}: {wordings[-1]}"


def _fits(text: str) -> bool:
    return segment_count(to_gsm7(text)) == 1


def _begin(wording: str) -> str:
    return wording[:1].upper() + wording[1:]


def _shortened(name: str, length: int) -> str:
    """The name's first signs, cut between two words where that leaves most of them."""
    cut = name[:length]
    words, _, _ = cut.rpartition(" ")
    return (words if len(words) > length * 2 // 3 else cut).rstrip(" ,.:;-&") + _CUT
