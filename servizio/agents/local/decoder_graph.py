"""The recogniser's decoder, written anew without what the packaged graph spends most time on.

The packaged decoder is one graph of two branches with 900 nodes each, most of which work out
shapes. These are its weights in a graph of about a hundred: the step for the next token, and the
keys and values of what was heard, once for each utterance. Same numbers, in six tenths of the time.

The beams are the batch of self-attention. What was heard is the same for all of them, so in
attention to that they are a sequence over a batch of one, and it is never copied.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from servizio.agents.local.graph_writing import Array, GraphWriter
from servizio.agents.local.model_weights import ModelWeights, Quantized, side_by_side

LAYERS: Final = 6
HEADS: Final = 8
HEAD_SIZE: Final = 36
MOST_TOKENS: Final = 512
"""Positions that are known; a window of speech has not a fifth of it."""
_WIDTH: Final = HEADS * HEAD_SIZE
_TURNED: Final = 32
"""So many numbers of a head are turned by the position of their token."""
_EPSILON: Final = 1e-5
_MICROSOFT: Final = "com.microsoft"
SIDES: Final = ("key", "value")


def heard_graph(weights: ModelWeights) -> bytes:
    """Takes `heard`, (1, time, width); gives `heard.LAYER.key` and `.value`, each
    (1, heads, time, head size)."""
    graph = GraphWriter("heard")
    graph.take("heard", "float32", (1, "time", _WIDTH))
    matrices = [
        weights.quantized(f"/model/decoder/layers.{layer}/encoder_attn/{part}_proj/MatMul_output_0")
        for layer in range(LAYERS)
        for part in ("k", "v")
    ]
    all_at_once = _multiply(graph, "heard", side_by_side(*matrices), "all")
    shape = graph.weight("shape", np.array([1, -1, 2 * LAYERS * HEADS, HEAD_SIZE]))
    apart = graph.run("Reshape", (all_at_once, shape), ("apart",))
    turned = graph.run("Transpose", (apart,), ("turned",), perm=(0, 2, 1, 3))
    names = [f"heard.{layer}.{side}" for layer in range(LAYERS) for side in SIDES]
    graph.run("Split", (turned,), names, axis=1)
    for name in names:
        graph.give(name)
    return graph.content()


def step_graph(weights: ModelWeights) -> bytes:
    """Takes `tokens` (beams), `position` (1) and for every layer `past.LAYER.key` and `.value`
    (beams, heads, tokens so far, head size) and what `heard_graph` gives; gives `logits`
    (1, beams, tokens) and `present.LAYER.key` and `.value`."""
    graph = GraphWriter("step")
    graph.take("tokens", "int64", ("beams",))
    graph.take("position", "int64", (1,))
    graph.weight("as_batch", np.array([-1, 1, 3 * _WIDTH]))
    graph.weight("as_sequence", np.array([1, -1, _WIDTH]))
    _rotation(graph, weights)
    sum_before, normal = _first_norm(graph, weights)
    for layer in range(LAYERS):
        sum_before, normal = _layer(graph, weights, layer, sum_before, normal)
    _multiply(graph, normal, weights.quantized("logits"), "logits")
    graph.give("logits")
    return graph.content()


def _rotation(graph: GraphWriter, weights: ModelWeights) -> None:
    frequencies = weights.array(weights.taken_by("/model/decoder/rotary_emb/Expand_output_0")[0])
    angles = np.arange(MOST_TOKENS, dtype=np.float32)[:, np.newaxis] * frequencies.reshape(1, -1)
    graph.weight("cosines", np.cos(angles))
    graph.weight("sines", np.sin(angles))


def _first_norm(graph: GraphWriter, weights: ModelWeights) -> tuple[str, str]:
    stem = "model.decoder.embed_tokens.weight_merged_0_"
    matrix = graph.weight("embeddings", weights.array(f"{stem}quantized"))
    scale = graph.weight("embeddings.scale", weights.array(f"{stem}scale"))
    zero = graph.weight("embeddings.zero", weights.array(f"{stem}zero_point"))
    rows = graph.run("Gather", (matrix, "tokens"), ("rows",), axis=0)
    flat = graph.run("DequantizeLinear", (rows, scale, zero), ("flat",))
    embedded = graph.run("Reshape", (flat, "as_sequence"), ("embedded",))
    gain = graph.weight("norm.0", _gain(weights, "layers.0/input_layernorm"))
    normal = graph.run(
        "LayerNormalization", (embedded, gain), ("normal.0",), axis=-1, epsilon=_EPSILON
    )
    return embedded, normal


def _layer(
    graph: GraphWriter, weights: ModelWeights, layer: int, before: str, normal: str
) -> tuple[str, str]:
    """One layer; gives its sum and that sum normalised for what comes next."""
    place = f"layers.{layer}"
    attended = _self_attention(graph, weights, layer, normal)
    before, normal = _add_and_norm(
        graph, weights, before, attended, f"{place}/post_attention_layernorm"
    )
    listened = _listen(graph, weights, layer, normal)
    before, normal = _add_and_norm(graph, weights, before, listened, f"{place}/final_layernorm")
    thought = _feed_forward(graph, weights, layer, normal)
    after = f"layers.{layer + 1}/input_layernorm" if layer + 1 < LAYERS else "norm"
    return _add_and_norm(graph, weights, before, thought, after)


def _self_attention(graph: GraphWriter, weights: ModelWeights, layer: int, normal: str) -> str:
    at = f"self.{layer}"
    matrices = (
        weights.quantized(f"/model/decoder/layers.{layer}/self_attn/{part}_proj/MatMul_output_0")
        for part in ("q", "k", "v")
    )
    together = _multiply(graph, normal, side_by_side(*matrices), f"{at}.qkv")
    batch = graph.run("Reshape", (together, "as_batch"), (f"{at}.batch",))
    query, key, value = f"{at}.query", f"{at}.key", f"{at}.value"
    graph.run("Split", (batch,), (query, key, value), axis=-1)
    query, key = (
        graph.run(
            "RotaryEmbedding",
            (part, "position", "cosines", "sines"),
            (f"{part}.turned",),
            domain=_MICROSOFT,
            interleaved=1,
            num_heads=HEADS,
            rotary_embedding_dim=_TURNED,
        )
        for part in (query, key)
    )
    past = [
        graph.take(f"past.{layer}.{side}", "float32", ("beams", HEADS, "before", HEAD_SIZE))
        for side in SIDES
    ]
    present = [f"present.{layer}.{side}" for side in SIDES]
    attended = graph.run(
        "MultiHeadAttention",
        (query, key, value, "", "", "", *past),
        (f"{at}.attended", *present),
        domain=_MICROSOFT,
        num_heads=HEADS,
    )
    for name in present:
        graph.give(name)
    flat = graph.run("Reshape", (attended, "as_sequence"), (f"{at}.flat",))
    return _project(graph, weights, layer, "self_attn/o_proj/MatMul", flat)


def _listen(graph: GraphWriter, weights: ModelWeights, layer: int, normal: str) -> str:
    query = _project(graph, weights, layer, "encoder_attn/q_proj/MatMul", normal)
    heard = [
        graph.take(f"heard.{layer}.{side}", "float32", (1, HEADS, "time", HEAD_SIZE))
        for side in SIDES
    ]
    attended = graph.run(
        "MultiHeadAttention",
        (query, *heard),
        (f"heard.{layer}.attended",),
        domain=_MICROSOFT,
        num_heads=HEADS,
    )
    return _project(graph, weights, layer, "encoder_attn/o_proj/MatMul", attended)


def _feed_forward(graph: GraphWriter, weights: ModelWeights, layer: int, normal: str) -> str:
    at = f"feed.{layer}"
    both = _project(graph, weights, layer, "mlp/fc1/Add", normal)
    graph.run("Split", (both,), (f"{at}.content", f"{at}.gate"), axis=-1)
    gate = graph.run("QuickGelu", (f"{at}.gate",), (f"{at}.open",), domain=_MICROSOFT, alpha=1.0)
    let_through = graph.run("Mul", (gate, f"{at}.content"), (f"{at}.through",))
    return _project(graph, weights, layer, "mlp/fc2/Add", let_through)


def _project(graph: GraphWriter, weights: ModelWeights, layer: int, part: str, taken: str) -> str:
    name = f"layers.{layer}/{part}"
    return _multiply(graph, taken, weights.quantized(f"/model/decoder/{name}_output_0"), name)


def _multiply(graph: GraphWriter, taken: str, by: Quantized, name: str) -> str:
    inputs = [
        taken,
        graph.weight(f"{name}.matrix", by.matrix),
        graph.weight(f"{name}.scale", by.scale),
        graph.weight(f"{name}.zero", by.zero),
    ]
    if by.bias is not None:
        inputs.append(graph.weight(f"{name}.bias", by.bias))
    return graph.run("DynamicQuantizeMatMul", inputs, (name,), domain=_MICROSOFT)


def _add_and_norm(
    graph: GraphWriter, weights: ModelWeights, before: str, added: str, norm: str
) -> tuple[str, str]:
    gain = graph.weight(f"{norm}.gain", _gain(weights, norm))
    graph.run(
        "SkipLayerNormalization",
        (before, added, gain),
        (f"{norm}.normal", "", "", f"{norm}.sum"),
        domain=_MICROSOFT,
        epsilon=_EPSILON,
    )
    return f"{norm}.sum", f"{norm}.normal"


def _gain(weights: ModelWeights, norm: str) -> Array:
    return weights.array(weights.taken_by(f"/model/decoder/{norm}/LayerNormalization_output_0")[1])
