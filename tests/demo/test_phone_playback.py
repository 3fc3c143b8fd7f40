"""The provider's queue and the customer's ear, by the sample."""

from __future__ import annotations

import pytest

from servizio.demo.phone_measures import barge_in_times, overlap_time, reply_times
from servizio.demo.phone_playback import Mouth, Phrases, Playback, Span

LOUD = b"\x80"


def test_silence_is_heard_where_nothing_is_queued() -> None:
    playback = Playback()
    assert playback.advance(0.01) == []
    assert playback.heard == b"\xff" * 80


def test_sound_begins_when_it_arrives_and_takes_8_bytes_a_millisecond() -> None:
    playback = Playback()
    playback.add(LOUD * 80, 0.01)
    playback.advance(0.015)
    assert playback.heard == b"\xff" * 80 + LOUD * 40
    assert playback.queued_seconds == pytest.approx(0.005)
    playback.advance(0.03)
    assert playback.heard == b"\xff" * 80 + LOUD * 80 + b"\xff" * 80
    assert playback.spans == (Span(0.01, 0.02),)


def test_a_mark_is_reached_exactly_when_the_sound_before_it_is_over() -> None:
    playback = Playback()
    playback.add(LOUD * 80, 0.0)
    assert playback.mark("a", 0.0) == []
    playback.add(LOUD * 80, 0.0)
    assert playback.mark("b", 0.0) == []
    assert playback.advance(0.0099) == []
    assert playback.advance(0.01) == ["a"]
    assert playback.advance(0.0201) == ["b"]


def test_a_mark_behind_nothing_is_reached_at_once() -> None:
    assert Playback().mark("a", 1.0) == ["a"]


def test_marks_whose_time_had_come_are_returned_before_those_that_are_cleared() -> None:
    playback = Playback()
    playback.add(LOUD * 80, 0.0)
    playback.mark("played", 0.0)
    playback.add(LOUD * 8000, 0.0)
    playback.mark("cleared", 0.0)
    assert playback.clear(0.5) == ["played", "cleared"]
    assert playback.queued_seconds == 0
    assert not playback.is_audible_queued
    assert playback.advance(1.0) == []
    assert playback.last_heard == pytest.approx(0.5)


def test_speech_after_a_clear_is_another_stretch_however_soon_it_comes() -> None:
    playback = Playback()
    playback.add(LOUD * 800, 0.0)
    playback.clear(0.05)
    playback.add(LOUD * 80, 0.06)
    playback.advance(0.1)
    assert [round(span.start, 3) for span in playback.spans] == [0.0, 0.06]


def test_queued_silence_is_not_audible_but_speech_before_it_is() -> None:
    playback = Playback()
    playback.add(LOUD * 80 + b"\xff" * 800, 0.0)
    assert playback.is_audible_queued
    playback.advance(0.02)
    assert not playback.is_audible_queued
    assert playback.queued_seconds == pytest.approx(0.09)


def test_pauses_between_words_do_not_divide_speech_and_long_ones_do() -> None:
    phrases = Phrases()
    phrases.add(LOUD * 80, 0.0)
    phrases.add(LOUD * 80, 0.3)
    phrases.add(b"\xfe" * 800, 0.31)
    phrases.add(LOUD * 80, 1.0)
    assert phrases.spans == (Span(0.0, 0.31), Span(1.0, 1.01))


@pytest.mark.parametrize("byte", [0xFF, 0x7F, 0xFE, 0x7E])
def test_the_faint_values_of_mu_law_are_silence(byte: int) -> None:
    phrases = Phrases()
    phrases.add(bytes([byte]) * 160, 0.0)
    assert phrases.spans == ()


@pytest.mark.parametrize("byte", [0x00, 0x80])
def test_full_scale_is_not_silence_though_one_of_its_bytes_is_zero(byte: int) -> None:
    phrases = Phrases()
    phrases.add(bytes([byte]) * 160, 0.0)
    assert phrases.spans == (Span(0.0, 0.02),)


def test_a_mouth_fills_up_the_last_frame_with_the_room() -> None:
    mouth = Mouth(background=b"\x7e\x7f\xfe")
    goal = mouth.say(LOUD * 162)
    assert mouth.frame(160, 0.02) == LOUD * 160
    assert mouth.frame(160, 0.04) == LOUD * 2 + (b"\x7e\x7f\xfe" * 60)[:158]
    assert mouth.frame(4, 0.06) == b"\xfe\x7e\x7f\xfe"
    assert mouth.said_bytes == goal == 162
    (span,) = mouth.spans
    assert span.start == 0.0
    assert span.end == pytest.approx(0.02025)


def test_waits_for_an_answer_leave_out_what_was_not_answered() -> None:
    customer = [Span(1, 2), Span(3, 4), Span(6, 7), Span(9, 10)]
    agent = [Span(4.5, 5), Span(6.5, 7.5), Span(10.25, 11)]
    assert reply_times(agent, customer) == (0.5, 0.25)


def test_barge_in_and_overlap_count_only_what_was_spoken_at_once() -> None:
    agent = [Span(0, 2), Span(5, 6)]
    customer = [Span(1.5, 3), Span(4.5, 5.5)]
    assert barge_in_times(agent, customer) == (0.5,)
    assert overlap_time(agent, customer) == 1.0
