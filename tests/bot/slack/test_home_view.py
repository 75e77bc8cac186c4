from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.elements import said
from bot.slack.rules import People
from bot.slack.types import Block
from bot.slack.views.home import DOCUMENTS, Front, home_view, shelf
from bot.slack.views.window import answer_view, looking_view
from knowledge.types import Source
from tests.bot.slack.fake.live import live_markup
from tests.bot.slack.fake.views import view_problem
from tests.bot.slack.test_blocks import NASTY, URLS

UPDATED = date(2026, 11, 19)
SENTENCES = [
    "# Ask about the merger",
    "I answer in the words of the documents, with the source, and say so when they do not know.",
    "• *In a channel: *mention me with your question. I answer in a thread, for all to see.",
    "• *Just between us: *write to me under Messages.",
    "• *Anywhere: *type /merger and your question. Only you see the answer.",
]
FIELD = ["Your question: ____", "[Ask]"]


def source(name: str, published: str | None = None, **facts: Any) -> Source:  # noqa: ANN401
    known = {"file": f"{name}.md", "sha256": "0" * 64, "title": f"The {name}", "publisher": "Example CCG"}
    return Source(id=name, published=published, **{**known, **facts})


def lines(view: Block) -> list[str]:
    """What a person reads: links as in Markdown, bold words between asterisks, buttons in brackets."""
    return [line for block in view["blocks"] for line in _lines(block)]


def _lines(block: Block) -> Iterator[str]:
    kind = block["type"]
    if kind == "divider":
        yield "---"
    elif kind == "header":
        yield f"# {block['text']['text']}"
    elif kind == "context":
        yield from (element["text"] for element in block["elements"])
    elif kind == "actions":
        yield " ".join(f"[{element['text']['text']}]" for element in block["elements"])
    elif kind == "input":
        yield f"{block['label']['text']}: ____"
    elif kind == "rich_text_list":
        yield from (f"• {line}" for item in block["elements"] for line in _lines(item))
    elif kind == "rich_text":
        yield from (line for element in block["elements"] for line in _lines(element))
    else:
        yield "".join(map(_words, block["elements"]))


def _words(element: Block) -> str:
    if element["type"] == "link":
        return f"[{element['text']}]({element['url']})"
    if element["type"] in ("channel", "usergroup"):
        return f"<{element.get('channel_id') or element.get('usergroup_id')}>"
    return f"*{element['text']}*" if "style" in element else str(element["text"])


def buttons(view: Block) -> list[tuple[str, str, str]]:
    """What each button says, its action and its value."""
    pressed = (element for block in view["blocks"] if block["type"] == "actions" for element in block["elements"])
    return [(element["text"]["text"], element["action_id"], element.get("value", "")) for element in pressed]


def test_the_home_of_a_small_library() -> None:
    known = [
        source("plan", "2018-01", status="superseded"),
        source("go-ahead", "2019-10-21", url="https://example.org/go-ahead", supersedes=("draft",)),
        source("draft", "2019-09"),
        source("note", publisher=""),
        source("secret", "2020-01-01", status="withdrawn"),
    ]
    front = Front(shelf(known), UPDATED, ("When does it start?", "What is an ICP?"), people=People(channel="C1"))
    assert lines(home_view(front, [said("More.")])) == [
        *SENTENCES,
        "*For example*",
        "[When does it start?] [What is an ICP?]",
        *FIELD,
        "---",
        "# What I know",
        "Last updated 19 November 2026: 4 documents, the newest of 21 October 2019. "
        "I know nothing of what happened after that.",
        "• [The go-ahead](https://example.org/go-ahead) · Example CCG · 21 October 2019",
        "• The draft · Example CCG · September 2019 · superseded",
        "• The plan · Example CCG · January 2018 · superseded",
        "• The note · no date",
        "---",
        "When the documents do not say, ask in <C1>.",
        "Your questions and their answers are kept for 30 days, without your name, then deleted.",
        "More.",
    ]


def test_the_home_before_there_is_anything() -> None:
    assert lines(home_view(Front(shelf([]), UPDATED, keep_days=0))) == [
        *SENTENCES,
        *FIELD,
        "---",
        "# What I know",
        "Last updated 19 November 2026. There are no documents yet.",
        "---",
        "Your questions and their answers are kept in memory only, for a day at most, and without your name.",
    ]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (People(channel="C1", group="S1"), "When the documents do not say, ask <S1> in <C1>."),
        (People(group="S1"), "When the documents do not say, ask <S1>."),
    ],
    ids=["both", "a group"],
)
def test_it_says_whom_to_ask(people: People, said: str) -> None:
    view = home_view(Front(shelf([]), UPDATED, people=people))
    assert said in lines(view)
    assert view_problem(view) == ""


@pytest.mark.parametrize(
    ("published", "currency"),
    [
        (["2019"], "1 document of 2019. I know nothing of what happened after that."),
        ([None], "1 document, without a date."),
        ([None, "2018", "2018-02"], "3 documents, the newest of 2018. I know nothing of what happened after that."),
    ],
    ids=["one", "undated", "the end of a year is later than its February"],
)
def test_it_says_how_far_the_documents_go(published: list[str | None], currency: str) -> None:
    known = [source(f"n{number}", each) for number, each in enumerate(published)]
    assert f"Last updated 19 November 2026: {currency}" in lines(home_view(Front(shelf(known), UPDATED)))


def test_what_a_prompt_and_the_field_bring_back() -> None:
    view = home_view(Front(shelf([]), UPDATED, ("When does it start?", "What is an ICP?")))
    assert buttons(view) == [
        ("When does it start?", "prompt:0", "When does it start?"),
        ("What is an ICP?", "prompt:1", "What is an ICP?"),
        ("Ask", "ask:now", ""),
    ]
    [field] = [block for block in view["blocks"] if block["type"] == "input"]
    assert (field["block_id"], field["element"]["action_id"], field["dispatch_action"]) == ("ask", "ask", True)
    assert field["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_enter_pressed"]}


@pytest.mark.parametrize(
    ("page", "first", "turns"),
    [
        (1, "The n044", [("Older", "documents:older", "2")]),
        (2, "The n024", [("Newer", "documents:newer", "1"), ("Older", "documents:older", "3")]),
        (3, "The n004", [("Newer", "documents:newer", "2")]),
        (9, "The n004", [("Newer", "documents:newer", "2")]),
        (-1, "The n044", [("Older", "documents:older", "2")]),
    ],
)
def test_many_documents_come_in_pages(page: int, first: str, turns: list[tuple[str, str, str]]) -> None:
    known = [source(f"n{number:03}", f"{1900 + number}") for number in range(45)]
    view = home_view(Front(shelf(known), UPDATED, page=page))
    shown = [line for line in lines(view) if "Example CCG" in line]
    assert shown[0].startswith(f"• {first} ·")
    assert len(shown) == min(DOCUMENTS, int(first[-3:]) + 1)
    assert buttons(view)[1:] == turns
    last = int(first[-3:])
    assert f"Documents {45 - last} to {45 - last + len(shown) - 1} of 45, the newest first." in lines(view)


def test_the_window_of_a_question() -> None:
    assert lines(looking_view("When?")) == ["*When?*", "---", "Looking it up…"]
    assert lines(answer_view("When?", [said("In April.")])) == ["*When?*", "---", "In April."]


WORDS = st.one_of(st.sampled_from(NASTY), st.text(max_size=600))
DATES = st.sampled_from([None, "2019", "2019-02", "2019-10-21", "9999-12-31", "0001"])
STATUS = st.sampled_from(["none", "proposed", "approved", "superseded", "withdrawn"])
HOSTILE = st.lists(st.tuples(WORDS, WORDS, st.sampled_from(URLS), DATES, STATUS), min_size=1, max_size=30)


@given(
    HOSTILE,
    st.integers(0, 5_000),
    st.integers(-3, 300),
    st.lists(WORDS, max_size=4),
    st.integers(0, 200),
)
def test_every_home_stays_within_the_limits_of_slack(
    facts: list[tuple[str, str, str, str | None, str]], count: int, page: int, prompts: list[str], extra: int
) -> None:
    made = [
        source(f"n{number}", published, title=title, publisher=publisher, url=url, status=status)
        for number, (title, publisher, url, published, status) in enumerate(facts)
    ]
    known = [made[number % len(made)] for number in range(count)]
    view = home_view(Front(shelf(known), UPDATED, prompts, page, people=None), [said("More.")] * extra)
    assert (view_problem(view), live_markup(view)) == ("", [])


@given(WORDS)
def test_every_window_stays_within_the_limits_of_slack(question: str) -> None:
    view = looking_view(question)
    assert (view_problem(view), live_markup(view)) == ("", [])
