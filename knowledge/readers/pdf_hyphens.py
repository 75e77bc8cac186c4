"""Words broken at the ends of lines: whether their hyphen is the word's own or only the line's.

Putting "BO-" and "9086" together to a code that does not exist is worse than leaving a hyphen that the page shows, so a
hyphen goes only where the word without it is known or its halves are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge.readers.builder import Piece
from knowledge.readers.pdf_values import HYPHEN
from knowledge.text import rarity, stem

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BROKEN = re.compile(rf"(?P<left>[^\W_]*){HYPHEN}(?P<space>\s*)(?=(?P<right>[^\W_]*))")


@dataclass(frozen=True, slots=True)
class Known:
    """The words of a document that stand whole in a line, in lower case."""

    plain: frozenset[str]
    hyphenated: frozenset[str]


def known_words(texts: Iterable[str]) -> Known:
    """The words of pages, but for those at the ends of lines that are broken."""
    whole = {word.lower() for text in texts for word in _WORD.findall(re.sub(rf"\S*{HYPHEN}\s*\S*", " ", text))}
    return Known(frozenset(word for word in whole if "-" not in word), frozenset(word for word in whole if "-" in word))


def mended(piece: Piece, known: Known) -> Piece:
    """The piece with each broken word put together, with or without its hyphen; `joined` if one was taken out."""
    text, taken = _mended(piece.text, known)
    points = [(point, _mended(point.text, known)) for point in piece.points]
    rows = [[_mended(cell, known) for cell in row] for row in (piece.header, *piece.rows)]
    header, *body = [tuple(cell for cell, _ in row) for row in rows]
    return replace(
        piece,
        text=text,
        turns=tuple(turn - sum(place < turn for place in taken) for turn in piece.turns),
        points=tuple(replace(point, text=words) for point, (words, _) in points),
        header=header,
        rows=tuple(body),
        joined=bool(taken or any(gone for _, (_, gone) in points) or any(gone for row in rows for _, gone in row)),
    )


def _mended(text: str, known: Known) -> tuple[str, list[int]]:
    """The text, and where in it as it was characters were taken out."""
    if HYPHEN not in text:
        return text, []
    done: list[str] = []
    taken: list[int] = []
    at = 0
    for match in _BROKEN.finditer(text):
        place = match.end("left")
        done.append(text[at:place])
        at = place + 1
        if not match["right"] or match["space"] or _belongs(match["left"], match["right"], known):
            done.append("-")
        else:
            taken.append(place)
    return "".join((*done, text[at:])), taken


def _belongs(left: str, right: str, known: Known) -> bool:
    """Whether the hyphen between two halves is the word's own."""
    plain, hyphenated = f"{left}{right}".lower(), f"{left}-{right}".lower()
    if not left or left[-1].isdigit() or right[0].isdigit() or (right[0].isupper() and not left.isupper()):
        return True
    if plain in known.plain or hyphenated in known.hyphenated:
        return plain not in known.plain
    return not _common(plain) and _common(left) and _common(right)


def _common(word: str) -> bool:
    return rarity(stem(word.lower())) < 1
