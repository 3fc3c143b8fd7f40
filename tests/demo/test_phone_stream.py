"""The simulated telephone on a media stream: its time, its queue, its strictness."""

from __future__ import annotations

import asyncio
import random
from itertools import pairwise

import pytest

from servizio.demo.phone import LineError, Phone, StreamEnd, comfort_noise
from tests.demo.bridge import Bridge, Wire, serving, tone

CUSTOMER, SHOP = "+14155550100", "+14155550199"


def phone(bridge: Bridge, **settings: object) -> Phone:
    return Phone(bridge.url, CUSTOMER, SHOP, **settings)  # type: ignore[arg-type]  # by name


async def test_a_stream_begins_with_connected_and_start_and_numbers_all_that_follows() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", bridge.connect('<Parameter name="token" value="t&amp;1"/>'))
        async with phone(bridge).call() as line:
            wire = bridge.wires[0]
            await wire.until(lambda: len(wire.events("media")) >= 5)
            await line.press("5")
        kinds = [message["event"] for message in wire.received]
        assert kinds[:3] == ["connected", "start", "media"]
        assert kinds[-1] == "stop"
        assert "streamSid" not in wire.received[0]
        numbers = [message["sequenceNumber"] for message in wire.received[1:]]
        assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
        start = wire.received[1]["start"]
        assert start["customParameters"] == {"token": "t&1"}
        assert start["mediaFormat"] == {
            "encoding": "audio/x-mulaw",
            "sampleRate": 8000,
            "channels": 1,
        }
        first = wire.events("media")[0]
        assert first["media"]["chunk"] == "1"
        assert first["media"]["timestamp"] == "20"
        assert wire.events("dtmf")[0]["dtmf"] == {"track": "inbound_track", "digit": "5"}
        assert line.protocol_errors == []
        assert line.stream_ends == [StreamEnd.HUNG_UP]


async def test_frames_of_20_ms_come_in_real_time_without_drift_and_carry_what_is_said() -> None:
    async with serving(Bridge()) as bridge, phone(bridge).call() as line:
        wire = bridge.wires[0]
        said = tone(0.5) + b"\xfe" * 7
        await line.speak(said)
        await wire.until(lambda: said in wire.sound)
        frames = wire.events("media")
        assert all(len(frame["media"]["payload"]) == 216 for frame in frames)
        late = [at - wire.arrivals[0] - n * 0.02 for n, at in enumerate(wire.arrivals)]
        # A busy machine may be late for a moment; drift is what is never made up for.
        assert min(late[-10:]) == pytest.approx(0, abs=0.06)
        assert wire.sound.strip(b"\xff") == said
        (span,) = line.customer_spans
        assert span.end - span.start == pytest.approx(0.5, abs=0.03)


async def test_what_the_agent_sends_is_heard_in_real_time_whatever_its_pieces() -> None:
    async def script(wire: Wire) -> None:
        await wire.play(tone(0.1))
        for _ in range(20):
            await wire.play(tone(0.01))
        await wire.mark("end")
        await wire.until(lambda: False)

    async with serving(Bridge(script)) as bridge, phone(bridge).call() as line:
        await line.agent_speaks()
        wire = bridge.wires[0]
        sent_at = line.now
        await wire.until(lambda: wire.marks == ["end"])
        assert line.now - sent_at == pytest.approx(0.3, abs=0.08)
        await line.agent_quiet(0.1)
        (span,) = line.agent_spans
        assert span.end - span.start == pytest.approx(0.3, abs=0.002)
        assert tone(0.3) in line.heard
        assert line.measures.deepest_queue == pytest.approx(0.3, abs=0.06)


async def test_who_has_pressed_keys_waits_for_the_answer_to_them() -> None:
    async def script(wire: Wire) -> None:
        await wire.play(tone(0.1))
        await wire.until(lambda: len(wire.events("dtmf")) == 2)
        frames = len(wire.events("media"))
        # Later than the last key is let go of.
        await wire.until(lambda: len(wire.events("media")) == frames + 10)
        await wire.play(tone(0.1))
        await wire.until(lambda: False)

    async with serving(Bridge(script)) as bridge, phone(bridge).call() as line:
        await line.hear_reply(0.05)
        await line.press("42")
        pressed = line.now
        await line.agent_speaks()
        assert (line.playback.last_heard or 0.0) > pressed


async def test_marks_come_back_at_their_place_and_at_once_on_an_empty_queue() -> None:
    async def script(wire: Wire) -> None:
        await wire.mark("nothing before")
        await wire.until(lambda: len(wire.marks) == 1)
        await wire.play(tone(0.1))
        await wire.mark("first")
        await wire.play(tone(0.2))
        await wire.mark("second")
        await wire.until(lambda: len(wire.marks) == 3)

    async with serving(Bridge(script)) as bridge, phone(bridge).call() as line:
        await line.wait_ended()
        wire = bridge.wires[0]
        assert wire.marks == ["nothing before", "first", "second"]
        first, second = (wire.received.index(mark) for mark in wire.events("mark")[1:])
        between = [each for each in wire.received[first:second] if each["event"] == "media"]
        # 0.2 s of frames, and more where a busy machine is late.
        assert 7 <= len(between) <= 50


async def test_clear_silences_the_agent_at_once_and_returns_its_marks_in_order() -> None:
    async def script(wire: Wire) -> None:
        await wire.play(tone(5))
        await wire.mark("a")
        await wire.mark("b")
        await wire.until(lambda: tone(0.02) in wire.sound)
        await wire.clear()
        await wire.play(tone(0.1))
        await wire.until(lambda: False)

    async with serving(Bridge(script)) as bridge, phone(bridge).call() as line:
        await line.agent_speaks()
        await line.speak(tone(0.2))
        wire = bridge.wires[0]
        await wire.until(lambda: len(wire.marks) == 2)
        await line.agent_quiet(0.1)
        assert wire.marks == ["a", "b"]
        assert len(line.agent_spans) == 2
        assert line.agent_spans[1].end - line.agent_spans[1].start == pytest.approx(0.1, abs=0.01)
        (barge_in,) = line.measures.barge_ins
        assert 0 < barge_in < 0.2
        assert line.measures.deepest_queue > 4.9
        assert line.measures.overlap > 0


async def test_the_wait_for_an_answer_is_measured_from_the_last_word_to_the_first() -> None:
    async def script(wire: Wire) -> None:
        await wire.play(tone(0.1))
        await wire.until(lambda: tone(0.3) in wire.sound)
        await wire.play(b"\xff" * 800 + tone(0.2))
        await wire.until(lambda: False)

    async with serving(Bridge(script)) as bridge, phone(bridge).call() as line:
        await line.hear_reply(quiet_seconds=0.1)
        await line.speak(tone(0.3) + b"\xff" * 160)
        answer = await line.hear_reply(quiet_seconds=0.4)
        # On a busy machine a frame comes too late to be played without a gap.
        assert answer.replace(b"\xff", b"") == tone(0.2)
        (wait,) = line.measures.replies
        # The answer has 100 ms of silence at its head; the frame took 20 ms to fill.
        assert 0.1 < wait < 1.0
        assert line.measures.first_audio is not None
        assert 0 <= line.measures.first_audio < 0.3


async def test_an_agent_that_pads_with_silence_counts_as_quiet() -> None:
    async def script(wire: Wire) -> None:
        await wire.play(tone(0.1) + b"\xff" * 80_000)
        await wire.until(lambda: False)

    async with serving(Bridge(script)) as bridge, phone(bridge).call() as line:
        await line.agent_speaks()
        await line.agent_quiet(0.2, timeout=2)
        assert line.playback.queued_seconds > 5


async def test_silence_of_the_agent_is_noticed_and_named() -> None:
    async with serving(Bridge()) as bridge, phone(bridge).call() as line:
        with pytest.raises(TimeoutError, match="the agent to speak"):
            await line.agent_speaks(timeout=0.1)
        assert line.first_audio_at is None
        assert line.measures.first_audio is None


async def test_a_wait_ends_with_an_error_when_the_call_ends() -> None:
    async def script(wire: Wire) -> None:
        await wire.until(lambda: len(wire.events("media")) > 5)

    async with serving(Bridge(script)) as bridge, phone(bridge).call() as line:
        with pytest.raises(LineError, match="document_ended"):
            await line.agent_speaks(timeout=5)
        with pytest.raises(LineError):
            await line.speak(tone(0.1))


@pytest.mark.parametrize(
    ("leave", "has_stop", "end"),
    [
        ("hang_up", True, StreamEnd.HUNG_UP),
        ("close", False, StreamEnd.CLOSED_WITHOUT_STOP),
        ("drop", False, StreamEnd.DROPPED),
    ],
)
async def test_a_customer_can_leave_in_three_ways(
    leave: str, has_stop: bool, end: StreamEnd
) -> None:
    async with serving(Bridge()) as bridge, phone(bridge).call() as line:
        wire = bridge.wires[0]
        if leave == "drop":
            await line.drop()
        else:
            await line.hang_up(with_stop=has_stop)
        await wire.until(lambda: wire.is_over)
        assert bool(wire.events("stop")) is has_stop
        assert line.stream_ends == [end]
        assert line.end_reason == "customer_hung_up"
        assert bridge.fields("/voice/status")["CallStatus"] == "completed"


async def test_a_customer_can_hang_up_before_the_first_frame() -> None:
    async with serving(Bridge()) as bridge:
        async with phone(bridge).call():
            wire = bridge.wires[0]
        await wire.until(lambda: wire.is_over)
        assert [message["event"] for message in wire.received] == ["connected", "start", "stop"]


async def test_whatever_breaks_the_protocol_is_recorded() -> None:
    async def script(wire: Wire) -> None:
        await wire.socket.send_bytes(b"\xff" * 160)
        await wire.socket.send_str("not json")
        await wire.socket.send_str("[]")
        await wire.send("media")
        await wire.send("media", media={"payload": "***"})
        await wire.send("media", media={"payload": "UklGRgAAAABXQVZF"})
        await wire.send("mark", mark={})
        await wire.send("stop")
        wire.sid = "MZ" + "0" * 32
        await wire.clear()

    async with serving(Bridge(script)) as bridge, phone(bridge).call() as line:
        await line.wait_ended()
        assert [error.number for error in line.protocol_errors] == [
            31950, 31950, 31924, 31924, 31950, 31924, 31924, 31924, 31924,
        ]  # fmt: skip


async def test_a_server_that_sends_before_start_is_caught() -> None:
    bridge = Bridge()

    async def hasty(wire: Wire) -> None:
        await wire.until(lambda: False)

    bridge.script = hasty
    bridge.on_open = lambda wire: wire.send("media", media={"payload": "/w=="})
    async with serving(bridge), phone(bridge, start_after=0.2).call() as line:
        await line.hang_up()
        assert "before start" in line.protocol_errors[0].reason


async def test_a_server_that_vanishes_is_told_from_one_that_closes() -> None:
    async def vanish(wire: Wire) -> None:
        assert wire.transport is not None
        wire.transport.abort()

    async with serving(Bridge(vanish)) as bridge, phone(bridge).call() as line:
        await line.wait_ended()
        assert line.stream_ends == [StreamEnd.SERVER_VANISHED]
        assert [error.number for error in line.protocol_errors] == [31903]


async def test_faults_reach_the_wire_as_they_are_named() -> None:
    async with serving(Bridge()) as bridge, phone(bridge).call() as line:
        wire = bridge.wires[0]
        line.faults.odd_frame(33)
        line.faults.unknown_field()
        await line.faults.unknown_event()
        await line.faults.second_start()
        await line.faults.bad_json()
        await line.faults.bad_base64()
        await line.faults.binary_frame()
        await wire.until(lambda: bool(wire.events("media")[2:]))
        await line.hang_up()
    assert len(wire.events("start")) == 2
    assert wire.events("event_of_tomorrow")
    assert wire.events("bad json")
    assert any("fieldOfTomorrow" in message for message in wire.events("media"))
    lengths = {len(message["media"]["payload"]) for message in wire.events("media")}
    assert 44 in lengths


@pytest.mark.parametrize(("fault", "jumps"), [("gap", True), ("no_frames", False)])
async def test_lost_sound_moves_the_time_stamps_on_or_not(fault: str, jumps: bool) -> None:
    async with serving(Bridge()) as bridge, phone(bridge).call() as line:
        wire = bridge.wires[0]
        await wire.until(lambda: len(wire.arrivals) >= 3)
        getattr(line.faults, fault)(0.3)
        await wire.until(lambda: len(wire.arrivals) >= 8)
        stamps = [int(message["media"]["timestamp"]) for message in wire.events("media")]
        steps = [later - earlier for earlier, later in pairwise(stamps)]
        assert (max(steps) >= 280) is jumps
        pauses = [later - earlier for earlier, later in pairwise(wire.arrivals)]
        assert max(pauses) > 0.25


async def test_jitter_delivers_late_frames_in_one_burst_with_their_own_time_stamps() -> None:
    async with serving(Bridge()) as bridge, phone(bridge).call() as line:
        wire = bridge.wires[0]
        await wire.until(lambda: len(wire.arrivals) >= 3)
        line.faults.jitter(0.3)
        await wire.until(lambda: len(wire.arrivals) >= 20)
        stamps = [int(message["media"]["timestamp"]) for message in wire.events("media")]
        assert stamps == list(range(20, 20 * len(stamps) + 1, 20))
        pauses = [later - earlier for earlier, later in pairwise(wire.arrivals)]
        assert max(pauses) > 0.25
        numbers = [int(message["sequenceNumber"]) for message in wire.received[1:]]
        assert numbers == list(range(1, len(numbers) + 1))


async def test_a_loudspeaker_is_given_every_moment_of_the_call() -> None:
    played = bytearray()

    async def script(wire: Wire) -> None:
        await wire.play(tone(0.2))
        await wire.until(lambda: False)

    async with serving(Bridge(script)) as bridge:
        async with phone(bridge, speaker=played.extend).call() as line:
            await line.hear_reply(quiet_seconds=0.1)
        assert bytes(played) == line.heard


async def test_the_line_hums_between_words_where_it_is_told_to() -> None:
    noise = comfort_noise(random.Random(1))
    async with serving(Bridge()) as bridge:
        async with phone(bridge, background=noise).call() as line:
            wire = bridge.wires[0]
            await wire.until(lambda: len(wire.arrivals) > 8)
        assert noise.startswith(wire.sound[:1280])
        assert line.customer_spans == ()


async def test_eight_telephones_in_one_process_keep_their_time() -> None:
    async def script(wire: Wire) -> None:
        await wire.play(tone(0.5))
        await wire.until(lambda: False)

    async def one_call(bridge: Bridge) -> tuple[float, float]:
        async with phone(bridge).call() as line:
            await line.speak(tone(1.0))
            assert line.stream is not None
            return line.stream.lateness_of(0.5), line.now

    async with serving(Bridge(script)) as bridge:
        results = await asyncio.gather(*(one_call(bridge) for _ in range(8)))
        assert max(late for late, _ in results) < 0.01
        for wire in bridge.wires:
            elapsed = wire.arrivals[-1] - wire.arrivals[0]
            due = (len(wire.arrivals) - 1) * 0.02
        # Never early, but that the first may have been looked at late; a busy machine may be late.
        assert due - 0.3 < elapsed < due + 1.0
