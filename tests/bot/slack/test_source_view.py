from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.answer.types import Citation
from bot.slack.elements import VIEW_BLOCKS
from bot.slack.types import Block
from bot.slack.views.source import LEGEND, PIECES, gone_view, source_view
from knowledge.readers import read as read_file
from knowledge.types import Block as Piece
from knowledge.types import BlockKind, Document, Item, Row, Source, Span
from tests.bot.slack.conftest import citation
from tests.bot.slack.test_blocks import NASTY, URLS

MARKDOWN = """# The plan

## Before

The plan was made in June. Nobody had asked for one.

## Conditions

Three things have to happen:

- The constitution is approved.
- The posts are filled.
- The money is there.

| Name | Role |
| --- | --- |
| Anna Example | Chair |
| Ben Example | Clerk |

It ends here.
"""


def document(text: str = MARKDOWN, **facts: Any) -> Document:  # noqa: ANN401
    known = {"id": "plan", "file": "plan.md", "sha256": "0" * 64, "title": "The plan", "publisher": "Example CCG"}
    reading = read_file(text.encode(), "plan.md")
    return Document(Source(**{**known, **facts}), reading.text, reading.blocks)


def cited(held: Document, quote: str, **changes: Any) -> Citation:  # noqa: ANN401
    start = held.text.index(quote)
    place = {"document": "plan", "start": start, "end": start + len(quote), "quote": quote, "section": "The plan > X"}
    return citation(**{**place, **changes})


def lines(view: Block) -> list[str]:
    """What a person reads, quoted words between asterisks."""
    shown: list[str] = []
    for block in view["blocks"]:
        if block["type"] == "context":
            shown += [element["text"] for element in block["elements"]]
        elif block["type"] == "actions":
            shown += [f"[{element['text']['text']}]({element['url']})" for element in block["elements"]]
        elif block["type"] == "divider":
            shown.append("---")
        else:
            for element in block["elements"]:
                shown += _lines(element)
    return shown


def _lines(element: Block) -> list[str]:
    if element["type"] == "rich_text_list":
        return [f"• {line}" for item in element["elements"] for line in _lines(item)]
    words = "".join(_word(leaf) for leaf in element["elements"])
    return [words.rstrip("\n")]


def _word(leaf: Block) -> str:
    mark = {"bold": "*", "italic": "_"}.get(next(iter(leaf.get("style", ())), ""), "")
    return f"{mark}{leaf['text']}{mark}"


def test_the_quoted_sentence_is_marked_in_its_context() -> None:
    held = document(url="https://example.org/plan", published="2019-06", status="proposed", kind="report")
    one = cited(held, "Nobody had asked for one.")
    assert lines(source_view(held, one, [one])) == [
        "*The plan*",
        "Example CCG · report · June 2019 · a proposal, not decided",
        "The plan › X",
        "[Open the document](https://example.org/plan)",
        "---",
        "_The plan_",
        "_Before_",
        "The plan was made in June. *Nobody had asked for one.*",
        "_Conditions_",
        "Three things have to happen:",
        "• The constitution is approved.",
        "• The posts are filled.",
        "• The money is there.",
        "• Name: Anna Example; Role: Chair",
        "• Name: Ben Example; Role: Clerk",
        "It ends here.",
        LEGEND,
    ]


def test_all_that_the_answer_quotes_there_is_marked() -> None:
    held = document()
    quotes = [cited(held, words) for words in ("The posts are filled.", "Ben Example", "Clerk")]
    elsewhere = citation(document="other", start=0, end=5, quote="The p")
    shown = lines(source_view(held, quotes[0], [*quotes, elsewhere]))
    assert [line for line in shown if "*" in line and not line.startswith("*")] == [
        "• *The posts are filled.*",
        "• Name: *Ben Example*; Role: *Clerk*",
    ]


def test_a_quotation_over_several_items_is_marked_in_each() -> None:
    held = document()
    one = cited(held, held.text[held.text.index("posts are") : held.text.index("money is there") + 5])
    shown = lines(source_view(held, one, [one]))
    assert [line for line in shown if line.startswith(("• T", "• *T"))] == [
        "• The constitution is approved.",
        "• The *posts are filled.*",
        "• *The money* is there.",
    ]


def test_words_that_stand_elsewhere_now_are_found_again() -> None:
    one = cited(document(), "Nobody had asked for one.")
    changed = document(MARKDOWN.replace("# The plan\n", "# The plan\n\nThis is new.\n"))
    assert "The plan was made in June. *Nobody had asked for one.*" in lines(source_view(changed, one, [one]))


def test_words_that_are_gone_are_shown_as_they_were_quoted() -> None:
    one = cited(document(), "Nobody had asked for one.")
    changed = document(MARKDOWN.replace("Nobody had", "Somebody had"))
    assert lines(source_view(changed, one, [one]))[-2:] == [
        "The document has been changed since this answer. These words were quoted:",
        "Nobody had asked for one.",
    ]


def test_a_briefing_says_what_it_is_about_and_opens_the_original() -> None:
    held = document(url="https://example.org/", original_title="Go-ahead", original_publisher="Eight CCGs")
    one = cited(held, "It ends here.")
    shown = lines(source_view(held, one, [one]))
    assert shown[3:5] == ["About: Go-ahead, Eight CCGs", "[Open the original](https://example.org/)"]


def test_of_a_long_table_the_rows_near_the_quotation_are_shown() -> None:
    rows = "\n".join(f"| Person {n} | Role {n} |" for n in range(1, 201))
    held = document(f"# Roles\n\n| Name | Role |\n| --- | --- |\n{rows}\n")
    one = cited(held, "Role 100")
    shown = [line for line in lines(source_view(held, one, [one])) if line.startswith("•")]
    assert shown[8] == "• Name: Person 100; Role: *Role 100*"
    assert (len(shown), shown[0], shown[-1]) == (
        17,
        "• Name: Person 92; Role: Role 92",
        "• Name: Person 108; Role: Role 108",
    )


def test_of_a_long_paragraph_what_is_around_the_quotation_is_shown() -> None:
    held = document("word " * 2_000 + "Here it is. " + "more " * 2_000)
    one = cited(held, "Here it is.")
    [shown] = [line for line in lines(source_view(held, one, [one])) if "Here" in line]
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert "word *Here it is.* more" in shown
    assert len(shown) < 2_600


def test_a_document_that_may_not_be_shown_says_so() -> None:
    assert lines(gone_view()) == [
        "This document is no longer among those that can be shown here.",
    ]


def built(paragraphs: list[str], **facts: str) -> Document:
    """A document of such pieces: paragraphs, items, and rows of one cell."""
    text, blocks = "", []
    for number, words in enumerate(paragraphs):
        start, end = len(text), len(text) + len(words)
        kind = (BlockKind.PARAGRAPH, BlockKind.LIST, BlockKind.TABLE, BlockKind.HEADING)[number % 4]
        items = (Item(start, end),) if kind is BlockKind.LIST else ()
        rows = (Row(start, end, (Span(start, end),)),) if kind is BlockKind.TABLE else ()
        blocks.append(Piece(kind, start, end, items=items, rows=rows))
        text += words + "\n"
    return Document(Source(id="plan", file="plan.md", sha256="0" * 64, **facts), text, tuple(blocks))  # type: ignore[arg-type]


WORDS = st.one_of(st.sampled_from(NASTY), st.text(max_size=4_000))


@given(
    st.lists(WORDS, min_size=1, max_size=60),
    st.sampled_from(URLS),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    WORDS,
)
def test_every_source_stays_within_the_limits_of_slack(
    paragraphs: list[str], url: str, start: int, length: int, title: str
) -> None:
    held = built(paragraphs, url=url, title=title, kind=title[:50])
    span = slice(start % len(held.text), start % len(held.text) + length)
    quote = held.text[span]
    one = citation(document="plan", start=span.start, end=span.start + len(quote), quote=quote, section=title)
    view = source_view(held, one, [one])
    assert len(view["blocks"]) <= VIEW_BLOCKS
    assert sum(len(block.get("elements", ())) for block in view["blocks"]) <= PIECES + 20
