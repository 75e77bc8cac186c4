"""Answers about a ferry, with every character in them that HTML would read as its own."""

from __future__ import annotations

from bot.answer.types import Answer, Citation, Conflict, Part

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
