"""How an answer is laid out wherever it is shown: what stands together, and what apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.answer.types import Citation, Part


def paragraphs(parts: Sequence[Part], citations: Iterable[Citation]) -> list[list[Part]]:
    """Split the parts of an answer, in their order, where the words go over to those of another document.

    A part stands with the one before if both cite the same document.
    """
    document = {citation.number: citation.document for citation in citations}
    together: list[list[Part]] = []
    before: set[str] = set()
    for part in parts:
        cited = {document[number] for number in part.citations if number in document}
        if together and not cited.isdisjoint(before):
            together[-1].append(part)
        else:
            together.append([part])
        before = cited
    return together


def section(citation: Citation) -> str:
    """Headings over a citation, outermost first, without one that only repeats the title."""
    heading, _, below = citation.section.partition(" > ")
    # A briefing's title goes on in brackets with what it is about.
    repeats = citation.title == heading or citation.title.startswith(f"{heading} (")
    return below if repeats else citation.section


def page(citation: Citation) -> str:
    """Where to turn to: `page 3`, `slide 3`; empty where the document has no pages."""
    return f"{citation.page_name} {citation.page}" if citation.page is not None else ""


def places(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Put citations of the same place, a section of a document on a page, together, in the order of the first."""
    groups: dict[tuple[str, str, int | None], list[Citation]] = {}
    for citation in citations:
        groups.setdefault((citation.document, citation.section, citation.page), []).append(citation)
    return list(groups.values())
