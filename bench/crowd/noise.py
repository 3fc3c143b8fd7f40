"""Messages that nobody should send: right ones with something wrong, and plain noise."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Mapping
from typing import Any

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 10**30, 1.5, 1e308, "", " ", "0", "-1", "x" * 300, "\x00",
    "\u202e", "\ud7ff", "null", "1e999", "🧋" * 20, "/w==", "AAAA", "not base64 !", "PT09",
    [], [[]], {}, {"a": {"b": []}}, ["taro"], [None] * 20,
)  # fmt: skip
NAMES = (
    "event", "media", "payload", "streamSid", "mark", "name", "dtmf", "digit", "start", "stop",
    "callSid", "accountSid", "customParameters", "mediaFormat", "sequenceNumber", "track",
    "audio", "chunk_num", "connected", "protocol", "played",
)  # fmt: skip


def sound(dice: random.Random) -> str:
    """Base64 of noise, of any length up to a second."""
    return base64.b64encode(dice.randbytes(dice.choice((0, 1, 159, 160, 320, 8000)))).decode()


def of_telephone(stream_sid: str, dice: random.Random) -> str | bytes:
    """What a mad media stream may send."""
    event = dice.choice(("media", "media", "mark", "dtmf", "connected", "start", "cake"))
    body: dict[str, Any] = {
        "event": event,
        "sequenceNumber": str(dice.randrange(10**6)),
        "streamSid": stream_sid,
        "media": {"track": "inbound", "chunk": "1", "timestamp": "20", "payload": sound(dice)},
        "mark": {"name": dice.choice(("1", "a" * 200, "2:3"))},
        "dtmf": {"track": "inbound_track", "digit": dice.choice("0123456789*#ABCDx")},
        "start": {"streamSid": stream_sid, "customParameters": {"token": "guess"}},
    }
    kept = {"event", "sequenceNumber", "streamSid", event}
    return _spoiled({name: value for name, value in body.items() if name in kept}, dice)


def of_browser(dice: random.Random) -> str | bytes:
    """What a mad page may send."""
    event = dice.choice(("audio", "audio", "audio", "played", "cake"))
    body: dict[str, Any] = {"event": event}
    if event == "audio":
        body["audio"] = sound(dice)
    else:
        body["chunk_num"] = dice.randrange(-1, 1000)
    return _spoiled(body, dice)


def _spoiled(body: Mapping[str, Any], dice: random.Random) -> str | bytes:
    luck = dice.random()
    if luck < 0.55:
        return json.dumps(body)
    if luck < 0.75:
        return json.dumps(_with_a_fault(body, dice))
    if luck < 0.85:
        text = json.dumps(body)
        at = dice.randrange(len(text))
        return text[:at] + chr(dice.randrange(32, 0x2FF)) + text[at + dice.randrange(5) :]
    if luck < 0.90:
        return json.dumps(dice.choice(VALUES))
    if luck < 0.95:
        return json.dumps(body)[: dice.randrange(60)]
    return dice.randbytes(dice.randrange(200))


def _with_a_fault(body: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    """The same with something missing, added or of another kind, at some depth."""
    changed = dict(body)
    name = dice.choice(list(changed))
    deeper = changed[name]
    if isinstance(deeper, dict) and deeper and dice.random() < 0.6:
        changed[name] = _with_a_fault(deeper, dice)
    elif dice.random() < 0.3:
        del changed[name]
    else:
        changed[name] = dice.choice(VALUES)
    if dice.random() < 0.2:
        changed[dice.choice(NAMES)] = dice.choice(VALUES)
    return changed
