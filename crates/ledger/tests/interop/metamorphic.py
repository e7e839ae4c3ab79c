"""Verifies an exported log with PyPI's metamorphic-log: signature, inclusion of every entry, consistency with an older checkpoint.

    metamorphic.py FOLDER FILE_WITH_VERIFIER_KEY FILE_WITH_AN_OLDER_CHECKPOINT

Paths are worked out here from the hashes of the tiles; what they prove is the library's word.
"""

import hashlib
import pathlib
import sys

import metamorphic_log

folder, vkey, older = map(pathlib.Path, sys.argv[1:])
keys = [vkey.read_text().strip()]
note, old = (folder / "checkpoint").read_text(), older.read_text()
size, old_size = (metamorphic_log.checkpoint_verify(it, keys).size for it in (note, old))


def read(kind, number, width):
    name = folder / "tile" / kind / f"{number:03}"
    return (name if width == 256 else name.with_name(f"{number:03}.p") / str(width)).read_bytes()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count):
    return 1 << (count - 1).bit_length() - 1


def root(leaves):
    if len(leaves) == 1:
        return leaves[0]
    half = split(len(leaves))
    return node(root(leaves[:half]), root(leaves[half:]))


def inclusion(index, leaves):
    if len(leaves) == 1:
        return []
    half = split(len(leaves))
    if index < half:
        return inclusion(index, leaves[:half]) + [root(leaves[half:])]
    return inclusion(index - half, leaves[half:]) + [root(leaves[:half])]


def consistency(count, leaves, whole=True):
    if count == len(leaves):
        return [] if whole else [root(leaves)]
    half = split(len(leaves))
    if count <= half:
        return consistency(count, leaves[:half], whole) + [root(leaves[half:])]
    return consistency(count - half, leaves[half:], False) + [root(leaves[:half])]


leaves, entries = [], []
for number in range((size + 255) // 256):
    width = min(256, size - 256 * number)
    hashes, bundle = read("0", number, width), read("entries", number, width)
    leaves += [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        assert len(bundle) >= 2 + length, "an entry is cut"
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
assert len(leaves) == len(entries) == size, "tiles and bundles have another length"
step = max(1, size // 97)
for index in sorted({*range(0, size, step), size - 1, *range(256, min(size, 512))}):
    leaf = hashlib.sha256(b"\x00" + entries[index]).digest()
    path = inclusion(index, leaves)
    metamorphic_log.checkpoint_verify_inclusion(note, keys, index, leaf, path)
if size < old_size:
    sys.exit("the log is shorter than it was")
if size > old_size:
    proof = consistency(old_size, leaves)
    metamorphic_log.checkpoint_verify_consistency(old, note, keys, proof)
print(f"verified {size} entries, consistent with {old_size}")
