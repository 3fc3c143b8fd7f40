"""Recordings at Twilio: what customers said after the tone. Asked through the package's client."""

from __future__ import annotations

import re
from typing import Any

from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]  # no stubs

from servizio.telephony.rest_errors import Certainty, TwilioError

CONTENT_TYPE = "audio/mpeg"
LARGEST = 8 * 1024 * 1024
"""Bytes; two minutes are below 2 MB in any of Twilio's forms."""
_CHUNK = 64 * 1024
_SID = re.compile(r"RE[0-9a-f]{32}", re.ASCII)


def is_recording_sid(text: str) -> bool:
    """Whether this is the id of a recording (Twilio, "Recordings resource")."""
    return _SID.fullmatch(text) is not None


def fetch(client: Any, sid: str) -> bytes:
    """The sound of a recording, MP3. Raises `TwilioError`, also where it is not there yet."""
    exchange = client.http_client
    path = f"/2010-04-01/Accounts/{client.account_sid}/Recordings/{sid}.mp3"
    # Not by the package's own request: it takes every answer for text.
    with exchange.session.get(
        client.get_hostname(client.api.base_url + path),
        auth=(client.username, client.password),
        timeout=exchange.timeout,
        stream=True,
    ) as response:
        if response.status_code != 200:
            raise TwilioError(
                f"Twilio has no such recording (HTTP {response.status_code})",
                hint="a new one can be heard after some seconds",
                certainty=Certainty.PERMANENT,
                status=response.status_code,
            )
        sound = bytearray()
        for chunk in response.iter_content(_CHUNK):
            sound += chunk
            if len(sound) > LARGEST:
                raise TwilioError("the recording is too long", certainty=Certainty.PERMANENT)
        return bytes(sound)


def erase(client: Any, sid: str) -> None:
    """Erase a recording; one that is gone already is fine. Raises what the package raises."""
    try:
        client.recordings(sid).delete()
    except TwilioRestException as error:
        if error.status != 404:
            raise
