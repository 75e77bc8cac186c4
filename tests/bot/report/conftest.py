"""Answers about a ferry, with every character in them that HTML would read as its own."""

from __future__ import annotations

import re

from bs4 import Tag

from bot.answer.types import Answer, Citation, Conflict, Part

TEXT_CONTRAST, DRAWN_CONTRAST = 4.5, 3.0
"""What WCAG 2.2 AA asks of text and of what is drawn, against the ground it stands on."""

HOSTILE = "<script>alert('3 May')</script> & \"so\" on <img src=x onerror=alert(1)>"


def citation(quote: str = HOSTILE, number: int = 1) -> Citation:
    return Citation(
        number=number,
        document="ferry",
        title=f"The ferry plan {HOSTILE}",
        publisher="",
        published="2021-03",
        url="javascript:alert(1)",
        section=f"Fares {HOSTILE}",
        page=7,
        start=10,
        end=10 + len(quote),
        quote=quote,
    )


def answered(text: str = HOSTILE, confidence: float = 0.5, conflicts: tuple[Conflict, ...] = ()) -> Answer:
    return Answer(
        id="1",
        question="When does it start?",
        abstained=False,
        reason="",
        confidence=confidence,
        as_of=None,
        text=text,
        parts=(Part(text=text, citations=(1,), item=True),),
        citations=(citation(text),),
        conflicts=conflicts,
        index_version="v0001",
        took_ms=1.0,
    )


def declined(confidence: float = 0.05, closest: tuple[Citation, ...] = ()) -> Answer:
    return Answer(
        id="1",
        question="When does it start?",
        abstained=True,
        reason="Nobody knows.",
        confidence=confidence,
        as_of=None,
        text="",
        parts=(),
        citations=(),
        closest=closest,
        index_version="v0001",
        took_ms=1.0,
    )


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def themes(html: str) -> list[dict[str, str]]:
    """The colours of a page by their names, in the light and in the dark."""
    found = [dict(re.findall(r"--([\w-]+): (#\w+)", theme)) for theme in re.findall(r":root \{([^}]*)\}", html)]
    assert len(found) == 2
    return found


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances as WCAG counts it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
