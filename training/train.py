"""Fine-tunes the recogniser: `cargo xtask train` runs this.

    python train.py MODEL_FOLDER OUT.bin [--samples N] [--rank R] [--rate X] [--smoke] [--digests]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
#: Everything that decides what is learned beside the network, the texts and the code.
SETTINGS = HERE / "settings.json"
#: The lists that `words.py` reads; a change of another changes nothing that is learned.
LISTS = ["english_words.txt", "given_english.txt", "given_world.txt", "surnames.txt"]


def digest_of_texts() -> bytes:
    """SHA-256 over those of the files that texts are made of, in this order; a test of the loader does the same."""
    made_of = [HERE / "texts.py", HERE / "words.py", *sorted((HERE / "frames").glob("*.txt"))]
    made_of += [ROOT / "crates/detect/lists" / name for name in LISTS]
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in made_of)).digest()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path)
    settings = json.loads(SETTINGS.read_text())
    for name, value in settings.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    options = parser.parse_args()
    # Of what is read now: somebody may work on the files meanwhile.
    of_texts, of_settings = digest_of_texts(), hashlib.sha256(SETTINGS.read_bytes()).digest()

    import jax
    import jax.numpy as jnp
    import numpy as np

    import adapter
    import network
    from texts import NAME, NONE, OPEN, ORG, Text, texts
    from wordpiece import Vocabulary

    vocabulary = Vocabulary(options.model / "vocab.txt")
    file = options.model / "model_q4.onnx"
    weights = network.read(file)
    length = options.pieces

    def encode(text: Text) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Numbers of the pieces, the word each belongs to, and what each word is."""
        pieces = [p for p in vocabulary.cut(text.text)][: length - 2]
        ids, words, labels = np.zeros(length, np.int32), np.full(length, length - 1, np.int32), np.full(length, -1, np.int32)
        ids[0], ids[len(pieces) + 1] = vocabulary.opening, vocabulary.closing
        for at, piece in enumerate(pieces, 1):
            ids[at], words[at] = piece.id, piece.word
            label = text.labels[piece.start]
            # A comma inside a name or a point after an initial may be called either.
            mark = not any(c.isalnum() for c in text.text[piece.start : piece.end])
            # An ending belongs to the name that it is glued to.
            if labels[piece.word] not in (NAME, ORG):
                labels[piece.word] = OPEN if mark and label != NONE else label
        return ids, words, labels

    def batches(made: list[Text]) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        for at in range(0, len(made) - options.batch + 1, options.batch):
            yield tuple(np.stack(column) for column in zip(*(encode(t) for t in made[at : at + options.batch])))

    def judged(change: network.Numbers, x: jax.Array, ids: jax.Array, words: jax.Array) -> jax.Array:
        """Logarithms of the shares of every word: a word is the mean of its pieces, as the loader has it."""
        scores = network.score(weights, change, x, ids > 0)
        belongs = jax.nn.one_hot(words, length) * (ids > 0)[..., None]
        means = jnp.einsum("bpw,bpl->bwl", belongs, scores) / jnp.maximum(belongs.sum(1), 1)[..., None]
        return jax.nn.log_softmax(means)

    together = jax.nn.logsumexp
    def grouped(shares: jax.Array) -> jax.Array:
        """Logarithms of the shares of none of both, names, organisations."""
        rest = jnp.concatenate([shares[..., :1], shares[..., 5 : network.LABELS]], -1)
        return jnp.stack([together(rest, -1), together(shares[..., 1:5], -1), together(shares[..., network.LABELS :], -1)], -1)

    def loss(change: network.Numbers, ids: jax.Array, words: jax.Array, labels: jax.Array) -> jax.Array:
        x = jax.lax.stop_gradient(network.describe(weights, {}, ids, ids > 0))
        ours, first = judged(change, x, ids, words), jax.lax.stop_gradient(judged({}, x, ids, words))
        groups = grouped(ours)
        target = jnp.clip(labels, 0, 2)
        wrong = -jnp.take_along_axis(groups, target[..., None], -1)[..., 0] * ((labels >= 0) & (labels < OPEN))
        # Where nobody asks for a change, the network goes on saying what it said.
        old = jax.nn.log_softmax(ours[..., : network.LABELS])
        before = first[..., : network.LABELS]
        moved = (jnp.exp(before) * (before - old)).sum(-1)
        agreed = (labels == OPEN) | (labels == NONE) & (grouped(first)[..., 0] > -0.7)
        return (wrong + options.keep * moved * agreed).sum() / (labels >= 0).sum()

    steps = options.samples // options.batch

    def rate(step: jax.Array) -> jax.Array:
        done = step / steps
        return options.rate * jnp.minimum(done / options.warm, 0.5 * (1 + jnp.cos(jnp.pi * done)))

    @jax.jit
    def learn(change, mean, square, step, ids, words, labels):  # noqa: ANN001, ANN202
        value, slope = jax.value_and_grad(loss)(change, ids, words, labels)
        size = jnp.sqrt(sum((g * g).sum() for g in slope.values()))
        slope = {k: g * jnp.minimum(1.0, 1.0 / size) for k, g in slope.items()}
        mean = {k: 0.9 * mean[k] + 0.1 * g for k, g in slope.items()}
        square = {k: 0.99 * square[k] + 0.01 * g * g for k, g in slope.items()}
        one, two = 1 - 0.9 ** (step + 1), 1 - 0.99 ** (step + 1)
        change = {k: c - rate(step) * (mean[k] / one) / (jnp.sqrt(square[k] / two) + 1e-8) for k, c in change.items()}
        return change, mean, square, value

    def said_of(change: network.Numbers, ids: jax.Array, words: jax.Array) -> jax.Array:
        return grouped(judged(change, network.describe(weights, {}, ids, ids > 0), ids, words))

    tell = jax.jit(said_of)
    kept_apart = list(batches(texts(512, options.seed + 1, validation=True)))

    def measure(change: network.Numbers) -> dict[str, float]:
        """Precision and recall of words, on frames and names that are not learned from."""
        counts = np.zeros((3, 3), int)
        for ids, words, labels in kept_apart:
            said = np.asarray(tell(change, ids, words)).argmax(-1)
            for label in (NONE, NAME, ORG):
                counts[label] += np.bincount(said[labels == label], minlength=3)
        right, truly, told = np.diag(counts), counts.sum(1), counts.sum(0)
        return {f"{what} {way}": round(float(right[i] / max(all_[i], 1)), 3) for i, what in ((NAME, "name"), (ORG, "org")) for way, all_ in (("precision", told), ("recall", truly))}

    change = network.untrained(weights, options.rank, options.seed)
    mean = square = {k: jnp.zeros_like(v) for k, v in change.items()}
    figures = {"before": measure({})}
    print(f"{sum(v.size for v in change.values())} numbers to train, {steps} steps; before: {figures['before']}", flush=True)
    started, losses = time.monotonic(), []
    made = texts(options.samples, options.seed)
    Random(options.seed).shuffle(made)
    for step, (ids, words, labels) in enumerate(batches(made)):
        change, mean, square, value = learn(change, mean, square, step, ids, words, labels)
        losses.append(value)
        if (step + 1) % 10 == 0:
            print(f"step {step + 1}: loss {np.mean(losses[-10:]):.4f}, {time.monotonic() - started:.0f} s", flush=True)
    figures["after"] = measure(change)
    print(f"after: {figures['after']}")
    # An experiment with other settings is nobody's release: its digest is no file's.
    usual = all(getattr(options, name) == value for name, value in settings.items())
    of_settings = of_settings if usual else bytes(32)
    parts = {name: np.asarray(value) for name, value in change.items()}
    known = hashlib.sha256(file.read_bytes()).digest()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(adapter.write(parts, options.seed, options.rank, known, of_texts, of_settings))
    options.out.with_suffix(".json").write_text(json.dumps(figures, indent=2) + "\n")
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
