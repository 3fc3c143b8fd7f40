"""The way from the telephone network to this shop: account, number, public address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from servizio.commands.doctor.findings import Finding, Verdict, error, from_error, ok, warning
from servizio.errors import TelephonyError
from servizio.server.twilio_account import open_account
from servizio.settings import Settings
from servizio.telephony.loopback import is_loopback
from servizio.telephony.number_links import (
    can,
    changes,
    check_public_url,
    overrides,
    wanted_settings,
)
from servizio.telephony.rest_errors import Certainty, TwilioError

ASK_SECONDS = 5.0
"""For each question."""
LARGEST_ANSWER = 64 * 1024
GUIDE = (
    "To be on it: a number at twilio.com, its account in the settings (twilio.account_sid, "
    "twilio.auth_token, twilio.phone_number), a public address, then `servizio link`."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What time somebody else has."""

    off: timedelta
    """How far ahead of this machine's clock theirs is."""
    by: str
    """Their host."""


async def look_at_public_url(settings: Settings, *, server_is_up: bool) -> Finding:
    """Whether the public address leads to this shop."""
    public = settings.server.public_url
    if not public:
        if not settings.twilio.configured:
            return ok("address", "The shop is not on the telephone network.", GUIDE)
        return warning(
            "address",
            "server.public_url is not set: Twilio has no way to this shop.",
            "Set it to the address of your proxy or tunnel: https://your.shop",
        )
    try:
        check_public_url(public)
    except TelephonyError as raised:
        return from_error("address", raised)
    answered = await _is_shop(public)
    if not answered:
        return ok("address", f"{public} leads to a Servizio.")
    if not server_is_up:
        return warning(
            "address",
            f"{public} could not be tried, as the server is not up ({answered}).",
            "Start it, and look again.",
        )
    return error(
        "address",
        f"{public} does not lead to this shop: {answered}.",
        "See that the proxy or tunnel is up and passes everything on to this machine.",
    )


async def _is_shop(public: str) -> str:
    """Why this is no Servizio; empty: it is one."""
    try:
        async with (
            _session(public) as session,
            session.get(f"{public}/health", allow_redirects=False) as answer,
        ):
            status, body = answer.status, await answer.content.read(LARGEST_ANSWER)
    except TimeoutError:
        return f"no answer within {ASK_SECONDS:.0f} seconds"
    except (ClientError, OSError) as raised:
        return f"it cannot be reached, {type(raised).__name__}"
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    is_ours = isinstance(said, dict) and said.get("service") == "servizio"
    return "" if is_ours else f"something else answers (HTTP {status})"


async def look_at_number(settings: Settings) -> Finding:
    """Whether Twilio takes the credentials, and where it sends calls and texts."""
    twilio = settings.twilio
    if not twilio.configured:
        half = bool(twilio.account_sid) != bool(twilio.auth_token.get_secret_value())
        if half:
            return warning(
                "number",
                "Of twilio.account_sid and twilio.auth_token only one is set.",
                "Set both: Twilio's console shows them under Account Info.",
            )
        return ok("number", "No Twilio account is set: there are no calls and no texts.")
    if not twilio.phone_number:
        return warning(
            "number", "twilio.phone_number is not set.", "Set it, with its country: +14155550123."
        )
    try:
        # It holds twice: until there is a connection, and then until there is an answer.
        account = await asyncio.to_thread(open_account, settings, timeout_seconds=ASK_SECONDS / 2)
        async with account:
            number = await account.find_number(twilio.phone_number)
    except TwilioError as raised:
        return _not_told(raised)
    if number is None:
        return error(
            "number",
            f"{twilio.phone_number} is not a number of this Twilio account.",
            "Check twilio.phone_number, and whether it belongs to another (sub)account.",
        )
    return _judge(number, settings)


def _not_told(raised: TwilioError) -> Finding:
    if raised.certainty is Certainty.PERMANENT:
        return from_error("number", raised)
    found = from_error("number", raised, Verdict.WARNING)
    return replace(found, hint="Check the network, and look again in a while.")


def _judge(number: Mapping[str, str], settings: Settings) -> Finding:
    shown, public = settings.twilio.phone_number, settings.server.public_url
    if not can(number, "voice"):
        return error("number", f"{shown} cannot take calls.", "Buy one with Voice at Twilio.")
    if in_the_way := overrides(number):
        why = "; ".join(f"{what} ({name})" for name, what in in_the_way.items())
        return error(
            "number", f"Twilio ignores the addresses of {shown}: {why}.", "servizio link --force"
        )
    if not public:
        return warning(
            "number", f"{shown} is yours, but has no address to go to.", "Set server.public_url."
        )
    fallback = settings.twilio.fallback_url
    wanted = wanted_settings(public, texts=can(number, "sms"), fallback_url=fallback)
    wrong = changes(number, wanted)
    if wrong:
        calls = any(change.name.startswith("voice") for change in wrong)
        said = f"At Twilio, {shown} does not point here: {'; '.join(map(str, wrong))}."
        return (error if calls else warning)("number", said, "servizio link")
    if not can(number, "sms"):
        return ok("number", f"Calls of {shown} come here; it cannot take texts.")
    return ok("number", f"Calls and texts of {shown} come here.")


async def ask_time(settings: Settings) -> Told | None:
    """What time a provider has that this shop talks to anyway; `None`: nobody could be asked."""
    for address in _addresses(settings):
        asked = datetime.now(UTC)
        try:
            async with _session(address) as session, session.head(address) as answer:
                theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
        except (ClientError, OSError, TimeoutError, ValueError, TypeError):
            continue
        if theirs.tzinfo is None:
            continue
        now = datetime.now(UTC)
        # They looked at their clock somewhere between our two looks, and tell whole seconds.
        return Told(theirs - (asked + (now - asked) / 2), urlsplit(address).hostname or address)
    return None


def _addresses(settings: Settings) -> list[str]:
    """Of providers that have a key, as web addresses."""
    used = (
        (settings.twilio.configured, settings.twilio.api_url),
        (settings.deepgram.configured, settings.deepgram.agent_url),
        (settings.openai.configured, settings.openai.realtime_url),
        (bool(settings.llm.api_key.get_secret_value()), settings.llm.base_url),
    )
    return [_as_web(url) for has_key, url in used if has_key]


def _as_web(url: str) -> str:
    """The same host, asked by HTTP where the address is a socket's."""
    return url.replace("ws", "http", 1) if url.startswith("ws") else url


def _session(address: str) -> ClientSession:
    # A proxy that is set for the network cannot reach this machine itself.
    through_proxy = not is_loopback(urlsplit(address).hostname or "")
    return ClientSession(timeout=ClientTimeout(total=ASK_SECONDS), trust_env=through_proxy)
