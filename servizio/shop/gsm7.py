"""What an SMS can hold: the GSM 7-bit alphabet, folding into it, and how many parts it takes.

One character outside GSM-7 (an emoji, a curly apostrophe, a long dash) turns the whole
message into UCS-2: 70 units for a single message instead of 160 (3GPP TS 23.038).
"""

from __future__ import annotations

import unicodedata

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Written with an escape character before them: each counts two."""

_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′´`ʼ＇", "'"),
        **dict.fromkeys("“”„‟″«»＂", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007", " "),
        **dict.fromkeys("\u2008\u2009\u200a\u202f\u205f\u3000\t", " "),
        **dict.fromkeys("•‣◦∙·", "-"),
        "…": "...",
        "×": "x",
        "÷": "/",
        "½": "1/2",
        "¼": "1/4",
        "¾": "3/4",
        "™": "TM",
        "©": "(c)",
        "®": "(r)",
        "№": "No.",
        "œ": "oe",
        "Œ": "OE",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "þ": "th",
        "Þ": "Th",
        "ẞ": "SS",
        "\u2028": "\n",
        "\u2029": "\n",
        "\x0b": "\n",
    }
)

_SINGLE_GSM7, _PART_GSM7 = 160, 153
_SINGLE_UCS2, _PART_UCS2 = 70, 67


def is_gsm7(text: str) -> bool:
    """Say whether every character can be sent in the GSM 7-bit alphabet."""
    return all(character in _BASIC or character in _EXTENDED for character in text)


def to_gsm7(text: str) -> str:
    """Write the text in GSM-7: look-alikes replaced, accents dropped where they must be,
    and what has no Latin form (emoji, Chinese) left out.

    Runs of blanks that leaving out would make are closed up. GSM-7 text comes back as it is.
    """
    if is_gsm7(text):
        return text
    folded = "".join(_fold(character) for character in unicodedata.normalize("NFC", text))
    lines = (" ".join(line.split(" ")).strip() for line in _close_gaps(folded).split("\n"))
    return "\n".join(lines).strip()


def _fold(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    simple = character.translate(_LOOK_ALIKES)
    if is_gsm7(simple):
        return simple
    plain = unicodedata.normalize("NFKD", simple)
    return "".join(part for part in plain if part in _BASIC or part in _EXTENDED)


def _close_gaps(text: str) -> str:
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def segment_count(text: str) -> int:
    """How many parts the provider sends and bills for this text; 0 for an empty one.

    An escaped GSM-7 character and a surrogate pair are never split over two parts.
    """
    if not text:
        return 0
    if is_gsm7(text):
        sizes = [2 if character in _EXTENDED else 1 for character in text]
        return _parts(sizes, _SINGLE_GSM7, _PART_GSM7)
    sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return _parts(sizes, _SINGLE_UCS2, _PART_UCS2)


def _parts(sizes: list[int], single: int, part: int) -> int:
    if sum(sizes) <= single:
        return 1
    parts, filled = 1, 0
    for size in sizes:
        if filled + size > part:
            parts, filled = parts + 1, 0
        filled += size
    return parts
