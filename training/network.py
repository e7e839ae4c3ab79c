"""The network in JAX: Rampart's weights out of their four bits, and the few numbers that are trained beside them."""

from __future__ import annotations

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from onnx import numpy_helper

LAYERS, WIDTH, HEADS, LABELS, NEW = 6, 384, 12, 35, 2
DENSE = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense"]
NORMS = ["attention.output.LayerNorm", "output.LayerNorm"]
#: Layers below stay as they are: it is the upper ones that tell names from things.
TRAINED_FROM = 3
Numbers = dict[str, jax.Array]


def read(path: Path) -> Numbers:
    """Every weight as a 32-bit number, by the name it has in the file; matrices stand as `[inputs, outputs]`."""
    graph = onnx.load(path).graph
    raw = {it.name: numpy_helper.to_array(it) for it in graph.initializer}
    weights = {name: value for name, value in raw.items() if value.dtype == np.float32 and not name.startswith("onnx::")}
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            codes, steps = raw[node.input[1]], raw[node.input[2]]
            values = np.stack([codes & 15, codes >> 4], axis=-1).reshape(*codes.shape[:2], -1).astype(np.float32) - 8
            matrix = (values * steps.reshape(*codes.shape[:2], 1)).reshape(codes.shape[0], -1)
            weights[dense_name(node.name)] = matrix.T
    for table in ("word", "position", "token_type"):
        name = f"bert.embeddings.{table}_embeddings.weight"
        zero, step = (raw[f"{name}_{part}"] for part in ("zero_point", "scale"))
        weights[name] = (raw[f"{name}_quantized"].astype(np.float32) - np.float32(zero)) * step
    return {name: jnp.asarray(value) for name, value in weights.items()}


def dense_name(node: str) -> str:
    """`/bert/encoder/layer.0/output/dense/MatMul_Q4` is `bert.encoder.layer.0.output.dense.weight`."""
    return node.strip("/").replace("/MatMul_Q4", ".weight").replace("/", ".")


def untrained(weights: Numbers, rank: int, seed: int) -> Numbers:
    """What is trained: a change of the biases and norms of the upper half and of the head, rows for organisations, and matrices of low rank."""
    key = jax.random.PRNGKey(seed)
    trained = tuple(f"bert.encoder.layer.{layer}." for layer in range(TRAINED_FROM, LAYERS)) + ("classifier.",)
    small = [name for name, value in weights.items() if value.ndim == 1 and name.startswith(trained)]
    numbers = {name: jnp.zeros_like(weights[name]) for name in sorted(small)}
    numbers["classifier.weight"] = jnp.zeros((WIDTH, LABELS))
    numbers["organisation.weight"] = jnp.zeros((WIDTH, NEW))
    numbers["organisation.bias"] = jnp.full((NEW,), -3.0)
    for layer in range(TRAINED_FROM, LAYERS):
        for part in DENSE if rank else []:
            key, own = jax.random.split(key)
            name = f"bert.encoder.layer.{layer}.{part}"
            inputs, outputs = weights[f"{name}.weight"].shape
            numbers[f"{name}.down"] = jax.random.normal(own, (inputs, rank)) / inputs**0.5
            numbers[f"{name}.up"] = jnp.zeros((rank, outputs))
    return numbers


def describe(weights: Numbers, change: Numbers, pieces: jax.Array, there: jax.Array) -> jax.Array:
    """What the lower half of the network, which stays as it is, makes of the pieces; `there` tells them from padding."""
    table = "bert.embeddings.{}_embeddings.weight".format
    x = weights[table("word")][pieces] + weights[table("position")][: pieces.shape[1]] + weights[table("token_type")][0]
    x = norm(weights, change, x, "bert.embeddings.LayerNorm")
    return layers(weights, change, x, there, range(TRAINED_FROM))


def score(weights: Numbers, change: Numbers, x: jax.Array, there: jax.Array) -> jax.Array:
    """Scores `[batch, pieces, LABELS + NEW]` of what [`describe`] made."""
    x = layers(weights, change, x, there, range(TRAINED_FROM, LAYERS))
    old = x @ (weights["classifier.weight"] + change.get("classifier.weight", 0.0))
    old = old + weights["classifier.bias"] + change.get("classifier.bias", 0.0)
    if "organisation.weight" not in change:
        return jnp.concatenate([old, jnp.full((*old.shape[:2], NEW), -1e9)], -1)
    return jnp.concatenate([old, x @ change["organisation.weight"] + change["organisation.bias"]], -1)


def layers(weights: Numbers, change: Numbers, x: jax.Array, there: jax.Array, which: range) -> jax.Array:
    """Some layers of the network."""

    def dense(x: jax.Array, name: str) -> jax.Array:
        y = x @ weights[f"{name}.weight"] + weights[f"{name}.bias"] + change.get(f"{name}.bias", 0.0)
        return y + x @ change[f"{name}.down"] @ change[f"{name}.up"] if f"{name}.down" in change else y

    batch, length = there.shape
    mask = jnp.where(there[:, None, None, :], 0.0, -1e9)
    for layer in which:
        own = f"bert.encoder.layer.{layer}."
        query, key, value = (dense(x, own + part).reshape(batch, length, HEADS, -1) for part in DENSE[:3])
        looks = jnp.einsum("bqhd,bkhd->bhqk", query, key) * (WIDTH // HEADS) ** -0.5 + mask
        seen = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(looks), value).reshape(batch, length, WIDTH)
        x = norm(weights, change, x + dense(seen, own + DENSE[3]), own + NORMS[0])
        inner = jax.nn.gelu(dense(x, own + DENSE[4]), approximate=False)
        x = norm(weights, change, x + dense(inner, own + DENSE[5]), own + NORMS[1])
    return x


def norm(weights: Numbers, change: Numbers, x: jax.Array, name: str) -> jax.Array:
    """Mean 0 and variance 1, then scale and shift."""
    x = x - x.mean(-1, keepdims=True)
    x = x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-12)
    scale, shift = (weights[f"{name}.{part}"] + change.get(f"{name}.{part}", 0.0) for part in ("weight", "bias"))
    return x * scale + shift
