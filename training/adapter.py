"""The file of changes: written here, read by `crates/recognise/src/adapter.rs`.

All numbers little-endian: `PTAD`, version u16, rank u16, seed u64, SHA-256 of the network, of the texts and of the settings,
count u16, then for each part: length of its name u8, name, count u32, values as 16-bit floats; last the SHA-256 of all before.
"""

from __future__ import annotations

import hashlib
import struct

import numpy as np

MAGIC, VERSION = b"PTAD", 1


def write(parts: dict[str, np.ndarray], seed: int, rank: int, network: bytes, texts: bytes, settings: bytes) -> bytes:
    """The file's bytes. Matrices lie as `[outputs, inputs]`, as the loader has them."""
    out = MAGIC + struct.pack("<HHQ", VERSION, rank, seed) + network + texts + settings
    out += struct.pack("<H", len(parts))
    for name, values in sorted(parts.items()):
        flat = np.ascontiguousarray(values.T if values.ndim == 2 else values, dtype="<f2")
        if not np.isfinite(flat).all():
            raise ValueError(f"`{name}` has no finite numbers")
        out += bytes([len(name)]) + name.encode() + struct.pack("<I", flat.size) + flat.tobytes()
    return out + hashlib.sha256(out).digest()
