"""`servizio link`: calls and texts of the shop's number come to the shop."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from servizio.commands.shop_client import is_up
from servizio.errors import ServizioError, TelephonyError
from servizio.server.twilio_account import open_account
from servizio.settings import Settings, load_settings
from servizio.settings.kinds import public_address
from servizio.telephony.number_links import (
    Change,
    can,
    changes,
    check_public_url,
    overrides,
    wanted_settings,
    without_overrides,
)

PATIENCE_SECONDS = 10.0
"""For each question to Twilio."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A number, and what is to be changed of it."""

    sid: str
    changes: tuple[Change, ...]
    no_texts: bool
    """The number cannot take texts."""

    @property
    def settings(self) -> dict[str, str]:
        """What is sent to Twilio."""
        return {change.name: change.after for change in self.changes}


def link_number(url: str, *, yes: bool, force: bool, as_json: bool) -> None:
    """Show what will change at Twilio, ask, change it, and see that it has changed.

    `url` replaces `server.public_url`. With `force` what overrides the addresses is cleared.
    Raises `ServizioError` where it cannot be done; nothing has been changed then, unless the
    error says so.
    """
    settings = load_settings()
    public = check_public_url(_address(url) or settings.server.public_url)
    phone_number = _own_number(settings)
    plan = asyncio.run(_look(settings, phone_number, public, force=force))
    if not plan.changes:
        _say_done(phone_number, plan, as_json=as_json, words="points here already")
        return
    _show(phone_number, public, plan, to_stderr=as_json)
    if not yes and not _agreed(to_stderr=as_json):
        print("Nothing was changed.", file=sys.stderr)
        return
    asyncio.run(_change(settings, phone_number, plan))
    _say_done(phone_number, plan, as_json=as_json, words="points here now")


def _address(url: str) -> str:
    try:
        return public_address(url)
    except ValueError as error:
        raise ServizioError(
            f"{url} is no address: it {error}.", "--url https://your.shop"
        ) from error


def _own_number(settings: Settings) -> str:
    twilio = settings.twilio
    missing = [
        name
        for name, value in (
            ("twilio.account_sid", twilio.account_sid),
            ("twilio.auth_token", twilio.auth_token.get_secret_value()),
            ("twilio.phone_number", twilio.phone_number),
        )
        if not value
    ]
    if missing:
        raise TelephonyError(
            f"{' and '.join(missing)} must be set before a number can be linked.",
            "Twilio's console shows them, under Account Info and Phone Numbers.",
        )
    return twilio.phone_number


async def _look(settings: Settings, phone_number: str, public: str, *, force: bool) -> Plan:
    number = await _number(settings, phone_number)
    if not can(number, "voice"):
        raise TelephonyError(
            f"{phone_number} cannot take calls.", "Buy one with Voice at Twilio, and set it."
        )
    texts = can(number, "sms")
    wanted = wanted_settings(public, texts=texts, fallback_url=settings.twilio.fallback_url)
    if in_the_way := overrides(number):
        if not force:
            said = "; ".join(f"{why} ({name})" for name, why in in_the_way.items())
            raise TelephonyError(
                f"Twilio ignores the addresses of {phone_number}: {said}.",
                "Take that away in Twilio's console, or have it done: servizio link --force",
            )
        wanted = without_overrides(number) | wanted
    return Plan(number["sid"], changes(number, wanted), no_texts=not texts)


async def _change(settings: Settings, phone_number: str, plan: Plan) -> None:
    async with open_account(settings, timeout_seconds=PATIENCE_SECONDS) as account:
        await account.update_number(plan.sid, plan.settings)
    left = changes(await _number(settings, phone_number), plan.settings)
    if left:
        raise TelephonyError(
            f"Twilio took the change, but {', '.join(change.name for change in left)} "
            "is not as it was asked for.",
            "Look at the number in Twilio's console.",
        )


async def _number(settings: Settings, phone_number: str) -> Mapping[str, str]:
    async with open_account(settings, timeout_seconds=PATIENCE_SECONDS) as account:
        number = await account.find_number(phone_number)
    if number is None:
        raise TelephonyError(
            f"{phone_number} is not a number of this Twilio account.",
            "Check twilio.phone_number, and whether it belongs to another (sub)account.",
        )
    return number


def _show(phone_number: str, public: str, plan: Plan, *, to_stderr: bool) -> None:
    out = sys.stderr if to_stderr else sys.stdout
    print(f"At Twilio, {phone_number} will be changed:", file=out)
    for change in plan.changes:
        print(f"  {change}", file=out)
    if plan.no_texts:
        print("It cannot take texts; only its calls come here.", file=out)
    if not is_up(public):
        print(f"warning: no Servizio answers at {public} now.", file=sys.stderr)


def _agreed(*, to_stderr: bool) -> bool:
    if not sys.stdin.isatty():
        raise ServizioError("Nobody is here to be asked; nothing was changed.", "Say --yes.")
    out = sys.stderr if to_stderr else sys.stdout
    print("Change it? [y/N] ", end="", file=out, flush=True)
    try:
        return input().strip().casefold() in {"y", "yes"}
    except EOFError:
        return False


def _say_done(phone_number: str, plan: Plan, *, as_json: bool, words: str) -> None:
    if not as_json:
        print(f"{phone_number} {words}.")
        return
    changed = {each.name: {"before": each.before, "after": each.after} for each in plan.changes}
    print(json.dumps({"number": phone_number, "changed": changed}, indent=2))
