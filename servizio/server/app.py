"""The web application: its routes, who may pass them, and what lives as long as it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from types import MappingProxyType

from aiohttp import WSCloseCode, web

from servizio.server import (
    busy_line,
    callback_api,
    calls_api,
    events_api,
    health,
    malformed,
    media_socket,
    menu_api,
    metrics,
    orders_api,
    outbound_api,
    outbound_webhooks,
    outbox_api,
    report_api,
    shop_api,
    shop_watch,
    staff_line,
    staff_login,
    texting,
    ticks,
    token_watch,
    voice_mail,
    voice_mail_api,
    voice_socket,
    webhooks,
)
from servizio.server.answers import translate_errors
from servizio.server.description.document import DESCRIPTION, Description, show_description
from servizio.server.doors import Door, check_door
from servizio.server.event_stream import Passing
from servizio.server.guesses import Guesses
from servizio.server.keys import (
    BEARERS,
    CLOCK,
    DOORS,
    FOLDERS,
    LIMITS,
    LOGINS,
    MENU,
    METRICS,
    PASSING,
    PROFILE,
    SETTINGS,
    SIGNATURES,
    STAFF,
    STORE,
    STREAMS,
    SWITCHBOARD,
    Fixtures,
    Streams,
)
from servizio.server.limits import Limits
from servizio.server.newcomers import NEWCOMERS, Newcomers
from servizio.server.pages import (
    assets,
    board_page,
    messages_page,
    shop_page,
    staff_page,
    status_page,
    talk_page,
)
from servizio.server.refused_methods import refused
from servizio.server.safe_headers import add_safe_headers
from servizio.server.staff_pass import StaffPass
from servizio.telephony.signature import SignatureCheck

LARGEST_BODY = 256 * 1024
"""Bytes of a request's body."""

ROUTES = (
    ("GET", "/", Door.PUBLIC, shop_page.show_shop_page),
    ("GET", "/assets/{name}", Door.PUBLIC, assets.show_asset),
    ("GET", "/openapi.json", Door.PUBLIC, show_description),
    ("GET", "/health", Door.PUBLIC, health.show_health),
    ("GET", "/orders", Door.PUBLIC, board_page.show_board),
    ("GET", "/orders/in_progress.json", Door.PUBLIC, orders_api.in_progress),
    ("GET", "/orders/status", Door.PUBLIC, status_page.show_status),
    ("GET", "/orders/status.json", Door.PUBLIC, status_page.show_status_json),
    ("GET", "/orders/events", Door.PUBLIC, orders_api.public_events),
    ("GET", "/talk", Door.PUBLIC, talk_page.show_talk_page),
    ("GET", "/ws/voice", Door.PUBLIC, voice_socket.browser_voice),
    ("GET", "/login", Door.PUBLIC, staff_login.show_login),
    ("POST", "/login", Door.PUBLIC, staff_login.log_in),
    ("POST", "/logout", Door.PUBLIC, staff_login.log_out),
    ("POST", "/voice", Door.TELEPHONE, webhooks.voice),
    ("GET", "/voice", Door.TELEPHONE, webhooks.voice),
    ("POST", "/voice/after", Door.TELEPHONE, webhooks.after_stream),
    ("POST", "/voice/busy", Door.TELEPHONE, busy_line.chosen),
    ("POST", "/voice/message", Door.TELEPHONE, voice_mail.message_left),
    ("POST", "/voice/message/kept", Door.TELEPHONE, voice_mail.message_kept),
    ("POST", "/voice/status", Door.TELEPHONE, webhooks.call_status),
    ("POST", "/voice/whisper", Door.TELEPHONE, staff_line.whisper),
    ("POST", "/voice/whisper/taken", Door.TELEPHONE, staff_line.taken),
    ("POST", "/voice/callback", Door.TELEPHONE, callback_api.connect_customer),
    ("POST", "/voice/outbound", Door.TELEPHONE, outbound_webhooks.answered),
    ("POST", "/voice/outbound/after", Door.TELEPHONE, outbound_webhooks.after_stream),
    ("POST", "/voice/outbound/machine", Door.TELEPHONE, outbound_webhooks.machine),
    ("POST", "/voice/outbound/status", Door.TELEPHONE, outbound_webhooks.status),
    ("POST", "/sms", Door.TELEPHONE, texting.text_came),
    ("POST", "/sms/status", Door.TELEPHONE, webhooks.text_status),
    ("GET", "/twilio", Door.TELEPHONE, media_socket.media_stream),
    ("GET", "/barista", Door.STAFF, staff_page.show_staff_page),
    ("POST", "/barista", Door.STAFF, staff_page.act),
    ("GET", "/barista/part/{part}", Door.STAFF, staff_page.show_staff_part),
    ("GET", "/barista/messages", Door.STAFF, messages_page.show_messages),
    ("POST", "/barista/messages", Door.STAFF, messages_page.act),
    ("GET", "/api/health", Door.STAFF, health.show_health_to_staff),
    ("GET", "/orders.json", Door.STAFF, orders_api.recent_orders),
    ("POST", "/api/orders", Door.STAFF, orders_api.take_order),
    ("POST", "/api/orders/quote", Door.STAFF, orders_api.quote),
    ("GET", "/api/orders/phone/{number}", Door.STAFF, orders_api.order_phone),
    ("GET", "/api/orders/{number}", Door.STAFF, orders_api.one_order),
    ("POST", "/api/orders/{number}/status", Door.STAFF, orders_api.set_status),
    ("GET", "/api/orders/{number}/ticket.txt", Door.STAFF, orders_api.print_ticket),
    ("POST", "/api/orders/{number}/text", Door.STAFF, orders_api.send_text),
    ("POST", "/api/orders/{number}/done", Door.STAFF, orders_api.done),
    ("POST", "/api/orders/{number}/ticks", Door.STAFF, ticks.tick_line),
    ("GET", "/calls", Door.STAFF, calls_api.recent_calls),
    ("GET", "/calls/{sid}", Door.STAFF, calls_api.one_call),
    ("GET", "/calls/{sid}/status", Door.STAFF, calls_api.call_status),
    ("POST", "/api/calls", Door.STAFF, callback_api.call_back),
    ("GET", "/api/bookings", Door.STAFF, outbound_api.recent_bookings),
    ("GET", "/api/bookings/{id}", Door.STAFF, outbound_api.one_booking),
    ("POST", "/api/calls/{sid}/hang_up", Door.STAFF, calls_api.hang_up),
    ("POST", "/api/calls/{sid}/say", Door.STAFF, calls_api.say),
    ("POST", "/api/calls/{sid}/transfer", Door.STAFF, calls_api.transfer),
    ("GET", "/api/events", Door.STAFF, events_api.staff_events),
    ("GET", "/api/menu", Door.STAFF, menu_api.show_menu),
    ("PATCH", "/api/menu", Door.STAFF, menu_api.change_menu),
    ("GET", "/api/shop", Door.STAFF, shop_api.show_shop),
    ("PATCH", "/api/shop", Door.STAFF, shop_api.change_shop),
    ("GET", "/api/report", Door.STAFF, report_api.show_report),
    ("GET", "/api/report.csv", Door.STAFF, report_api.export_report),
    ("GET", "/api/outbox", Door.STAFF, outbox_api.recent_messages),
    ("POST", "/api/outbox/{id}/retry", Door.STAFF, outbox_api.retry),
    ("POST", "/api/outbox/{id}/dismiss", Door.STAFF, outbox_api.dismiss),
    ("GET", "/api/texts", Door.STAFF, texting.recent_texts),
    ("GET", "/api/voice_messages", Door.STAFF, voice_mail_api.recent_messages),
    ("GET", "/api/voice_messages/{sid}/sound", Door.STAFF, voice_mail_api.sound),
    ("POST", "/api/voice_messages/{sid}/done", Door.STAFF, voice_mail_api.done),
    ("GET", "/metrics", Door.STAFF, metrics.show_metrics),
)
"""Method, path, who may pass, and what answers. Twilio opens streams with GET."""


def create_app(fixtures: Fixtures) -> web.Application:
    """The application over fixtures that are open already and are closed by their owner."""
    app = web.Application(middlewares=[translate_errors, check_door], client_max_size=LARGEST_BODY)
    app[SETTINGS] = fixtures.settings
    app[FOLDERS] = fixtures.folders
    app[STAFF] = StaffPass(fixtures.token)
    app[LOGINS] = Guesses(staff_login.steady_seconds)
    app[LIMITS] = Limits(staff_login.steady_seconds)
    app[NEWCOMERS] = Newcomers()
    app[BEARERS] = Guesses(staff_login.steady_seconds)
    app[MENU] = fixtures.menu
    app[PROFILE] = fixtures.profile
    app[CLOCK] = fixtures.now
    app[STORE] = fixtures.store
    app[SWITCHBOARD] = fixtures.switchboard
    app[METRICS] = fixtures.metrics
    streams = Streams()
    app[STREAMS] = streams
    app[voice_socket.VOICES] = voice_socket.Voices(fixtures.settings.agent.max_calls)
    app[PASSING] = Passing()
    app[events_api.STAFF_EVENTS] = events_api.tell_staff()
    app[orders_api.PUBLIC_EVENTS] = orders_api.tell_public()
    app[DESCRIPTION] = Description(ROUTES)
    auth_token = fixtures.settings.twilio.auth_token.get_secret_value()
    app[SIGNATURES] = SignatureCheck(auth_token) if auth_token else None
    app[DOORS] = MappingProxyType(
        {
            app.router.add_route(method, path, handler): door
            for method, path, door, handler in (*ROUTES, *refused(ROUTES))
        }
    )
    app.cleanup_ctx.extend(
        [
            malformed.hush_malformed,
            staff_login.keep_logouts,
            token_watch.watch_token,
            callback_api.keep_account,
            voice_mail_api.keep_erasing,
            outbound_api.keep_lines,
            health.watch_health,
            ticks.keep_ticks,
            shop_watch.watch_shop,
            metrics.watch_loop,
            _tell_partials,
        ]
    )
    app.on_response_prepare.append(add_safe_headers)
    app.on_shutdown.append(_close_streams)
    return app


async def _tell_partials(app: web.Application) -> AsyncIterator[None]:
    """Hand the words that are still being spoken to the staff's streams."""

    async def tell() -> None:
        async for partial in app[SWITCHBOARD].partials():
            app[PASSING].tell("transcript", partial)

    task = asyncio.create_task(tell(), name="partial transcripts")
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _close_streams(app: web.Application) -> None:
    """End what would never end by itself: event streams, and media streams still open."""
    app[PASSING].close()
    streams = app[STREAMS]
    await asyncio.gather(
        *(
            socket.close(code=WSCloseCode.GOING_AWAY, message=b"server stops")
            for socket in tuple(streams)
        )
    )
