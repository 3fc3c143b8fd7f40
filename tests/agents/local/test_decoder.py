"""The decoder of our own against the one in the package, and the file it is written as."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from servizio.agents.local.decoder import DECODER_FILE, LeanDecoder, PackagedDecoder, load_decoder
from servizio.agents.local.graph_writing import GraphWriter
from servizio.agents.local.model_weights import ModelWeights
from servizio.agents.local.mouth import Mouth
from servizio.agents.local.runtime import load_network
from servizio.agents.local.speech_network import SpeechNetwork, model_folder
from servizio.audio.g711 import mulaw_to_pcm16
from servizio.audio.resample import Samples, pcm16_to_float, resample
from servizio.errors import SpeechError

pytestmark = pytest.mark.voice


@pytest.fixture(scope="module")
def spoken() -> Samples:
    mulaw = Mouth.load().speak("Two black milk teas with egg pudding, please.")
    return resample(pcm16_to_float(mulaw_to_pcm16(mulaw)), 8000, 16000)


def test_the_lean_decoder_gives_the_numbers_of_the_packaged_one(spoken: Samples) -> None:
    folder = model_folder()
    lean = SpeechNetwork(folder, decoder=LeanDecoder(folder / DECODER_FILE, threads=1))
    packaged = SpeechNetwork(folder, decoder=PackagedDecoder(folder / DECODER_FILE, threads=1))
    apart: list[float] = []

    for size in range(8000, spoken.size, 2400):
        apart.append(np.abs(lean.listen(spoken[:size]) - packaged.listen(spoken[:size])).max())
        for rows, tokens in (([0, 0], [300, 301]), ([0, 1], [400, 500]), ([1], [600])):
            apart.append(np.abs(lean.go_on(rows, tokens) - packaged.go_on(rows, tokens)).max())

    # Numbers are rounded to a byte on the way, in both: a last digit may tip one over, and
    # then even the same graph gives two results half a nat apart for the same sound.
    assert np.median(apart) < 1e-3
    assert max(apart) < 2


def test_an_utterance_can_be_gone_through_again_from_its_first_token(spoken: Samples) -> None:
    network = SpeechNetwork(model_folder())
    first = network.listen(spoken)
    once = network.go_on([0, 0], [300, 301])
    network.go_on([1], [302])

    np.testing.assert_array_equal(network.again(), first)
    np.testing.assert_array_equal(network.go_on([0, 0], [300, 301]), once)


def test_weights_that_are_not_where_they_should_be_leave_the_packaged_decoder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(model_folder() / DECODER_FILE, tmp_path / DECODER_FILE)
    monkeypatch.setattr(
        "servizio.agents.local.model_weights._READER", "servizio.agents.local.no_such_reader"
    )

    with caplog.at_level(logging.WARNING):
        decoder = load_decoder(tmp_path, threads=1)

    assert isinstance(decoder, PackagedDecoder)
    assert len(caplog.records) == 1
    assert "slow decoder" in caplog.text


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / DECODER_FILE).write_bytes(b"nothing of the kind" * 20)

    with pytest.raises(SpeechError):
        ModelWeights(tmp_path / DECODER_FILE)
    with pytest.raises(SpeechError):
        load_decoder(tmp_path, threads=1)


def test_a_graph_of_our_own_writing_is_read_by_the_runtime() -> None:
    graph = GraphWriter("sum")
    graph.take("numbers", "float32", ("rows", 3))
    ones = graph.weight("gain", np.array([1, -2, 0.5], np.float32))
    product = graph.run("Mul", ("numbers", ones), ("product",))
    graph.run("ReduceMax", (product,), ("most",), axes=(-1,), keepdims=0)
    graph.give("most")

    network = load_network(graph.content(), threads=1, name="sum")

    [most] = network.run(None, {"numbers": np.array([[1, 1, 1], [0, -4, 4]], np.float32)})
    np.testing.assert_array_equal(most, [1, 8])
