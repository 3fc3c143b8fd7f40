"""Whether a shop's settings leave a door open that should be shut: asked before it opens."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from pydantic import SecretStr

from servizio.errors import SettingsError
from servizio.settings import Settings
from servizio.telephony.loopback import is_loopback

LONG_ENOUGH = 16
"""Characters of a staff token of one's own, below which guessing it may pay."""

log = logging.getLogger(__name__)


def check_safety(settings: Settings, token: SecretStr) -> None:
    """Refuse to be reachable from everywhere without a way to tell Twilio from others.

    Raises `SettingsError` for a public address without an auth token, and for a staff token
    that can be guessed behind one.
    """
    public = settings.server.public_url
    if not public or is_loopback(urlsplit(public).hostname or ""):
        return
    if not settings.twilio.auth_token.get_secret_value():
        raise SettingsError(
            "server.public_url is set, but twilio.auth_token is not: "
            "nobody could tell Twilio's calls from a stranger's.",
            "Set twilio.auth_token (Twilio Console, Account Info), or leave server.public_url out.",
        )
    if urlsplit(public).scheme != "https":
        log.warning("public_url_without_tls: Twilio opens media streams over TLS alone")
    if len(token.get_secret_value()) < LONG_ENOUGH:
        raise SettingsError(
            f"The staff token has fewer than {LONG_ENOUGH} characters, "
            "and server.public_url lets everybody try to guess it.",
            "Set a longer staff.token, or leave it out: a long one is made.",
        )
