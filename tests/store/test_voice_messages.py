"""Messages after the tone: told once, heard, forgotten, and erased where their sound is."""

from __future__ import annotations

from datetime import timedelta

from servizio.store.records import EventKind, MessageKind, MessageState, Role, VoiceMessage
from servizio.store.sqlite import SqliteStore
from servizio.store.voice_messages import missed_key
from tests.store.scene import PHONE, StandingClock

STAFF = "+14155550123"


async def leave(store: SqliteStore, clock: StandingClock, sid: str = "RE1") -> VoiceMessage:
    await store.start_call("CA1", phone=PHONE)
    message = VoiceMessage(sid, "CA1", PHONE, 23, clock.now)
    await store.keep_voice_message(message, staff=STAFF, body=f"message {sid}")
    return message


async def test_a_message_is_told_once_however_often_the_telephone_company_tells_of_it(
    store: SqliteStore, clock: StandingClock
) -> None:
    message = await leave(store, clock)
    await leave(store, clock)
    assert await store.voice_messages() == [message]
    assert [text.body for text in await store.messages()] == ["message RE1"]
    events = await store.events_after(0, kinds={EventKind.VOICE_MESSAGE})
    assert [event.payload["done"] for event in events] == [False]
    call = await store.call("CA1")
    assert call is not None
    assert [(turn.role, turn.text) for turn in call.turns] == [
        (Role.TOOL, "left a message of 23 seconds")
    ]


async def test_staff_get_one_text_about_a_call_that_was_missed_and_left_a_message(
    store: SqliteStore, clock: StandingClock
) -> None:
    await store.queue_message(
        MessageKind.SMS, missed_key("CA1"), to=STAFF, body="missed", delay=timedelta(minutes=3)
    )
    assert await store.claim_messages({MessageKind.SMS}, limit=9, lease=timedelta(1)) == ()
    await leave(store, clock)
    (text,) = await store.claim_messages({MessageKind.SMS}, limit=9, lease=timedelta(1))
    assert (text.to, text.body) == (STAFF, "message RE1")


async def test_a_missed_call_without_a_message_is_told_when_its_time_has_come(
    store: SqliteStore, clock: StandingClock
) -> None:
    await store.queue_message(
        MessageKind.SMS, missed_key("CA1"), to=STAFF, body="missed", delay=timedelta(minutes=3)
    )
    clock.pass_(minutes=3)
    (text,) = await store.claim_messages({MessageKind.SMS}, limit=9, lease=timedelta(1))
    assert text.body == "missed"


async def test_a_message_that_staff_are_done_with_is_gone_once_its_sound_is_erased(
    store: SqliteStore, clock: StandingClock
) -> None:
    await leave(store, clock)
    assert await store.voice_message_done("RE1") is not None
    assert await store.voice_message_done("RE1") is None
    assert (await store.voice_messages(), await store.voice_message("RE1")) == ([], None)
    assert await store.unwanted_recordings() == ["RE1"]
    await leave(store, clock)
    assert await store.voice_messages() == []
    await store.recording_erased("RE1")
    assert await store.unwanted_recordings() == []


async def test_retention_erases_old_messages_and_leaves_new_ones(
    store: SqliteStore, clock: StandingClock
) -> None:
    await leave(store, clock)
    clock.pass_(days=30)
    kept = await leave(store, clock, "RE2")
    await store.purge(clock.now - timedelta(days=1))
    assert await store.voice_messages() == [kept]
    assert await store.unwanted_recordings() == ["RE1"]


async def test_a_text_that_waits_for_a_call_which_is_over_leaves_at_once(
    store: SqliteStore,
) -> None:
    await store.start_call("CA1")
    for key in ("1", "2"):
        held = await store.queue_message(
            MessageKind.SMS, key, to=PHONE, body=key, call_sid="CA1", held=True
        )
        assert held
        if key == "1":
            (text,) = await store.messages()
            assert text.state is MessageState.HELD
            await store.end_call("CA1", outcome="completed")
    assert {text.state for text in await store.messages()} == {MessageState.PENDING}
