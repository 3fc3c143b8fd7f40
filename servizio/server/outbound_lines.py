"""What a call for a table needs of the settings: whom, by which telephone, as whom."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from servizio.agents.concierge.tools import Caller, ConciergeTools
from servizio.agents.desk import CallControl
from servizio.calls.outbound_parties import Ring
from servizio.errors import BookingError
from servizio.language.reservation import RequestReader
from servizio.paths import Folders
from servizio.server.opening import clock
from servizio.server.simulated_telephone import (
    NUMBER,
    Neighbour,
    SimulatedAccount,
    SimulatedTelephone,
)
from servizio.server.twilio_account import TwilioAccount, missing_to_ring
from servizio.settings import Settings
from servizio.shop.profile import ShopProfile
from servizio.shop.reservation import Place, ReservationRequest

if TYPE_CHECKING:
    from servizio.telephony.placed_calls import CallOrder
    from servizio.telephony.rest import CallCommand, TwilioRest

DEMO_PLACE = Place("Demo Restaurant", "+14155550160")
"""Always in the address book, and never rung through an account: it is on this machine."""


@dataclass(frozen=True, slots=True)
class AddressBook:
    """Whom the concierge can ring."""

    places: tuple[Place, ...]

    @classmethod
    def of(cls, settings: Settings) -> AddressBook:
        """The one of the settings, and the restaurant that ships with the demo."""
        own = tuple(Place(each.name, each.phone_number) for each in settings.concierge.places)
        names = {place.name.casefold() for place in own}
        demo = () if DEMO_PLACE.name.casefold() in names else (DEMO_PLACE,)
        return AddressBook((*own, *demo))

    def reader(self, settings: Settings, profile: ShopProfile, now: datetime) -> RequestReader:
        """Reads requests at this moment; `now` with any time zone."""
        moment = now.astimezone(_zone(profile))
        return RequestReader(self.places, moment, name_of(settings, profile))


def name_of(settings: Settings, profile: ShopProfile) -> str:
    """Under which tables are reserved where a request says none."""
    return settings.concierge.name or profile.name


def make_concierge(
    settings: Settings,
    profile: ShopProfile,
    request: ReservationRequest,
    call_sid: str,
    control: CallControl,
) -> ConciergeTools:
    """The tools of a call for this table."""
    zone = _zone(profile)

    def now() -> datetime:
        return clock().astimezone(zone)

    reached_at = settings.twilio.phone_number or settings.shop.staff_phone or None
    caller = Caller(
        on_behalf_of=request.name,
        phone=reached_at,
        region=profile.region,
        leaves_message=settings.concierge.leave_message,
        voice=settings.concierge.voice,
    )
    return ConciergeTools(
        request=request, control=control, call_sid=call_sid, caller=caller, now=now
    )


def _zone(profile: ShopProfile) -> tzinfo:
    """The shop's own: the places are taken to be near it."""
    return UTC if profile.hours is None else profile.hours.zone


class OutboundLines:
    """The telephones by which somebody can be rung. Lives on the event loop."""

    def __init__(
        self, settings: Settings, profile: ShopProfile, folders: Folders, account: TwilioAccount
    ) -> None:
        self._settings = settings
        self._profile = profile
        self._folders = folders
        self._account = account
        self._simulated = SimulatedTelephone()
        self._simulated_rest: tuple[str, TwilioRest] | None = None

    def ring(self, place: Place, request: web.Request) -> Ring:
        """How this place is rung. Raises `BookingError` where a setting stands in the way.

        What takes long is done when the call is placed.
        """
        concierge, public_url = self._settings.concierge, self._settings.server.public_url
        if self._settings.twilio.configured and place.phone != DEMO_PLACE.phone:
            if missing := missing_to_ring(self._settings):
                raise BookingError("There is no telephone to call with.", missing)
            telephone, base = _Telephone(self._account.rest), public_url
        else:
            local = _own_address(request)
            telephone = _Telephone(partial(self._simulated_account, local))
            base = public_url or local
        return Ring(telephone, base, concierge.ring_seconds, concierge.leave_message)

    async def _simulated_account(self, local: str) -> TwilioRest:
        """The simulated company's API. Raises `TelephonyError` where it does not start."""
        places = AddressBook.of(self._settings).places
        # Where two have one number, the shop's own name for it counts.
        names = {place.phone: place.name for place in reversed(places)}
        account = await self._simulated.account(
            Neighbour(
                base_url=local,
                public_url=self._settings.server.public_url,
                auth_token=self._settings.twilio.auth_token.get_secret_value(),
                names=names,
                caller=name_of(self._settings, self._profile),
                book=self._folders.data / "demo-restaurant.db",
                zone=self._settings.shop.timezone,
            )
        )
        if self._simulated_rest is None or self._simulated_rest[0] != account.api_url:
            await self._forget_rest()
            self._simulated_rest = account.api_url, await asyncio.to_thread(_rest_of, account)
        return self._simulated_rest[1]

    async def _forget_rest(self) -> None:
        if self._simulated_rest is not None:
            self._simulated_rest[1].close()
            self._simulated_rest = None

    async def close(self) -> None:
        """End what was started."""
        await self._forget_rest()
        await self._simulated.close()


def _rest_of(account: SimulatedAccount) -> TwilioRest:
    """Its API. Loading the package takes a while: never on the event loop."""
    from servizio.telephony.rest import TwilioRest  # noqa: PLC0415

    return TwilioRest(
        account_sid=account.account_sid,
        auth_token=account.auth_token,
        phone_number=NUMBER,
        api_url=account.api_url,
    )


class _Telephone:
    """A telephone company that is opened when it is first asked."""

    def __init__(self, open_it: Callable[[], Awaitable[TwilioRest]]) -> None:
        self._open = open_it

    async def place_call(self, order: CallOrder) -> str:
        """See `Telephone.place_call`."""
        return await (await self._open()).place_call(order)

    async def find_recent_call(
        self, to: str, since: datetime, known: Collection[str] = ()
    ) -> str | None:
        """See `Telephone.find_recent_call`."""
        return await (await self._open()).find_recent_call(to, since, known)

    async def update_call(
        self, sid: str, *, twiml: str | None = None, status: CallCommand | str | None = None
    ) -> bool:
        """See `Telephone.update_call`."""
        return await (await self._open()).update_call(sid, twiml=twiml, status=status)


def _own_address(request: web.Request) -> str:
    """Where a program of this machine reaches this server."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    port = name[1] if isinstance(name, tuple) and len(name) > 1 else 0
    return f"http://127.0.0.1:{port}"
