"""The sentence that leads into a list or table: `The four will be:`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from knowledge.text import sentence_spans
from knowledge.types import Block, BlockKind, Span

_LED = (BlockKind.LIST, BlockKind.TABLE)


def with_lead_ins(text: str, blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Give each list and table the last sentence of the paragraph right before it, if that ends in a colon.

    The sentence stays in its paragraph, too. Furniture in between is passed over.
    """
    done: list[Block] = []
    before: Block | None = None
    for block in blocks:
        if block.kind in _LED and before is not None and before.kind is BlockKind.PARAGRAPH:
            block = replace(block, lead_in=_lead_in(text, before))
        done.append(block)
        if block.kind is not BlockKind.FURNITURE:
            before = block
    return tuple(done)


def _lead_in(text: str, paragraph: Block) -> Span | None:
    words = paragraph.of(text).rstrip()
    if not words.endswith(":"):
        return None
    spans = sentence_spans(words)
    return Span(paragraph.start + spans[-1][0], paragraph.start + spans[-1][1]) if spans else None
