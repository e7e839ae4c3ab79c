"""Text to vocabulary numbers, as `crates/recognise/src/wordpiece.rs` does it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Piece:
    """A piece of a word: its number, the characters it stands for, and the number of its word."""

    id: int
    start: int
    end: int
    word: int


class Vocabulary:
    """The pieces that the network knows."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").split("\n")
        self.numbers = {line: number for number, line in enumerate(lines) if line}
        self.unknown, self.opening, self.closing = (self.numbers[name] for name in ("[UNK]", "[CLS]", "[SEP]"))

    def cut(self, text: str) -> list[Piece]:
        """Words cut at spaces and punctuation, small and without accents, each into the longest known pieces."""
        pieces: list[Piece] = []
        word: list[tuple[str, int]] = []
        words = 0

        def close() -> None:
            nonlocal words
            if word:
                pieces.extend(self._pieces(word, words))
                word.clear()
                words += 1

        for at, letter in enumerate(text):
            if letter.isspace():
                close()
            elif unicodedata.category(letter)[0] == "C":
                continue
            else:
                for part in unicodedata.normalize("NFD", letter):
                    kind = unicodedata.category(part)
                    if kind == "Mn":
                        continue
                    alone = kind[0] == "P" or part.isascii() and not part.isalnum() or "\u3400" <= part <= "\u9fff"
                    if alone:
                        close()
                    word.extend((small, at) for small in part.lower())
                    if alone:
                        close()
        close()
        return pieces

    def _pieces(self, letters: list[tuple[str, int]], word: int) -> list[Piece]:
        text, found, start = "".join(letter for letter, _ in letters), [], 0
        first, last = letters[0][1], letters[-1][1] + 1
        while start < len(text):
            for end in range(len(text), start, -1):
                number = self.numbers.get(("##" if start else "") + text[start:end])
                if number is not None:
                    found.append(Piece(number, letters[start][1], letters[end - 1][1] + 1, word))
                    start = end
                    break
            else:
                return [Piece(self.unknown, first, last, word)]
        return found if len(text) <= 100 else [Piece(self.unknown, first, last, word)]
