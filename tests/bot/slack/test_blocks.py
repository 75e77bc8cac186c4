from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.answer.types import Answer, Conflict, Part
from bot.slack.blocks import MESSAGE_CHARS, UNKNOWN, answer_message, note_message
from bot.slack.elements import TEXT_CHARS
from bot.slack.types import Block, Message
from tests.bot.slack.conftest import answer, citation
from tests.bot.slack.fake_slack import elements, message_problem, words_in

URL = "https://example.org/approval"
LIVE = ("<!channel>", "<!here|now>", "<@U1>", "<#C1|x>", "<https://evil.example|click>", "&lt;!channel&gt;", "@channel")
NASTY = (
    *LIVE,
    "*b* _i_ ~s~ `c` ```d```",
    ">quote",
    "a|b",
    "\u202egnp.exe",
    "مرحبا",
    "👩‍⚕️🇬🇧",
    "\x00\x1b[31m",
    "\ud800",
    "\n\n",
)
URLS = (
    URL,
    "",
    "http://EXAMPLE.ORG:8443/a(b)?c=d&e=%20#f",
    "javascript:alert(1)",
    "https://good.example@evil.example/",
    "https://example.org/a b",
    "https://example.org/|<!channel>",
    "https://example.org/>x",
    "https://-.example/",
    "https://example.org/" + "a" * 5_000,
    "file:///etc/passwd",
    "https://exämple.org/",
)


def shown(message: Message) -> list[str]:
    """The lines that a person sees, links as words, quotations behind a bar and items behind a bullet."""
    lines: list[str] = []
    for block in message["blocks"]:
        if block["type"] == "divider":
            lines.append("---")
        elif block["type"] == "context":
            lines += [element["text"] for element in block["elements"]]
        else:
            for element in block["elements"]:
                lines += _lines(element)
    return lines


def _lines(element: Block) -> list[str]:
    if element["type"] == "rich_text_list":
        return [f"• {line}" for item in element["elements"] for line in _lines(item)]
    mark = "| " if element["type"] == "rich_text_quote" else ""
    return [mark + line for line in "".join(leaf["text"] for leaf in element["elements"]).split("\n")]


def links(message: Message) -> list[tuple[str, str]]:
    return [(part["text"], part["url"]) for part in elements(message["blocks"]) if part["type"] == "link"]


def italics(message: Message) -> list[str]:
    return [part["text"] for part in elements(message["blocks"]) if part.get("style") == {"italic": True}]


def test_an_answer_shows_words_date_and_grouped_sources_in_this_order() -> None:
    message = answer_message(
        answer(
            text="Two conditions come with it: money, and people. It was agreed.",
            parts=(
                Part(text="Two conditions come with it:", citations=(1,)),
                Part(text="money", citations=(2,), item=True),
                Part(text="people", citations=(2, 3), item=True),
                Part(text="It was agreed.", citations=(4,)),
            ),
            citations=(
                citation(1),
                citation(2),
                citation(3, document="plan", title="The plan", url="", publisher="", published="2019-02", page=7),
                citation(4, document="note", title="A note", url="http://example.org/note", published=None, section=""),
            ),
            conflicts=(Conflict(text="Three conditions come with it.", citations=(3,)),),
        )
    )
    assert shown(message) == [
        "Two conditions come with it: [1]",
        "• money [2]",
        "• people [2] [3]",
        "It was agreed. [4]",
        "As of 21 October 2019.",
        "---",
        "Another source says otherwise",
        "| Three conditions come with it. [3]",
        "---",
        "Sources",
        "[1][2] The merger is approved · Kent and Medway CCGs · 21 October 2019 · Conditions",
        "[3] The plan · February 2019 · Conditions · page 7",
        "[4] A note · Kent and Medway CCGs · no date",
    ]
    note = "http://example.org/note"
    in_answer = [("[1]", URL), ("[2]", URL), ("[2]", URL), ("[4]", note)]
    assert links(message) == [*in_answer, ("The merger is approved", URL), ("A note", note)]
    assert message["text"] == (
        "Two conditions come with it: money, and people. It was agreed. As of 21 October 2019. Sources: 3."
    )


def test_a_refusal_shows_the_reason_and_three_passages_that_may_help() -> None:
    closest = tuple(citation(n, document=f"d{n}", title=f"Title {n}", quote=f"Quote {n}") for n in range(1, 6))
    message = answer_message(
        answer(abstained=True, reason="No document names her.", text="", parts=(), citations=(), closest=closest)
    )
    assert shown(message) == [
        "No document names her.",
        "---",
        "This may help",
        "| Quote 1",
        "[1] Title 1 · Kent and Medway CCGs · 21 October 2019 · Conditions",
        "| Quote 2",
        "[2] Title 2 · Kent and Medway CCGs · 21 October 2019 · Conditions",
        "| Quote 3",
        "[3] Title 3 · Kent and Medway CCGs · 21 October 2019 · Conditions",
    ]
    assert message["text"] == "No document names her."


def test_a_refusal_without_passages_is_the_reason_alone() -> None:
    message = answer_message(answer(abstained=True, reason="", text="", parts=(), citations=()))
    assert (shown(message), message["text"]) == ([UNKNOWN], UNKNOWN)


def test_a_courtesy_is_returned_as_a_plain_sentence() -> None:
    message = answer_message(
        answer(courtesy=True, abstained=True, reason="Hello & <!here>.", text="", parts=(), citations=())
    )
    assert message["blocks"] == note_message("Hello & <!here>.")["blocks"]
    assert (shown(message), message["text"]) == (["Hello & <!here>."], "Hello &amp; &lt;!here&gt;.")


def test_our_own_words_stand_in_italics_before_those_of_the_source() -> None:
    parts = (
        Part(text="It starts in May.", citations=(1,), lead="Yes."),
        Part(text="Monday", citations=(1,), item=True, lead="In May 2020:"),
        Part(text="Friday", citations=(1,), item=True),
        Part(text="We row.", citations=(1,), lead="Rowing Club:"),
    )
    message = answer_message(answer(parts=parts))
    assert shown(message)[:5] == [
        "Yes. It starts in May. [1]",
        "In May 2020:",
        "• Monday [1]",
        "• Friday [1]",
        "Rowing Club: We row. [1]",
    ]
    assert italics(message) == ["Yes.", "In May 2020:", "Rowing Club:"]


def test_the_parts_of_two_questions_stand_in_their_order_and_what_is_left_open_in_small_type() -> None:
    parts = (
        Part(text="These are:", citations=(1,)),
        Part(text="Monday", citations=(1,), item=True),
        Part(text="It leaves at noon.", citations=(1,), lead="No."),
        Part(text="It is red.", citations=(1,)),
    )
    message = answer_message(answer(text="It is.", parts=parts, reason="“Who <rows>?”: Nobody knows.", confidence=0.3))
    left_open = "Not all of it is answered. “Who <rows>?”: Nobody knows."
    as_of = "As of 21 October 2019. Not certain: check that this answers your question."
    assert shown(message)[:6] == [
        "These are: [1]",
        "• Monday [1]",
        "No. It leaves at noon. [1]",
        "It is red. [1]",
        left_open,
        as_of,
    ]
    assert [block["type"] for block in message["blocks"][:3]] == ["rich_text", "context", "context"]
    assert message["text"] == (f"It is. {left_open.replace('<', '&lt;').replace('>', '&gt;')} {as_of} Sources: 1.")


def test_an_answer_from_undated_sources_says_so() -> None:
    assert "None of the sources is dated." in shown(answer_message(answer(as_of=None)))


def test_a_long_answer_is_shortened_between_parts_and_keeps_the_sources_of_what_it_shows() -> None:
    parts = tuple(Part(text=f"{n}: {'x' * 400}", citations=(n,), item=True) for n in range(1, 101))
    citations = tuple(citation(n, document=f"d{n}", title=f"Title {n}") for n in range(1, 101))
    lines = shown(answer_message(answer(parts=parts, citations=citations)))
    items = [line for line in lines if line.startswith("• ")]
    sources = lines[lines.index("Sources") + 1 :]
    assert items == [f"• {n}: {'x' * 400} [{n}]" for n in range(1, len(items) + 1)]
    assert [line.split(" · ")[0] for line in sources] == [f"[{n}] Title {n}" for n in range(1, len(items) + 1)]
    assert f"… {100 - len(items)} more, too long for one message." in lines
    assert len(items) == 14


def test_the_words_of_each_document_stand_in_a_block_of_their_own() -> None:
    cited = (citation(1), citation(2), citation(3, document="plan"))
    parts = (
        Part(text="These are:", citations=(1,)),
        Part(text="Monday", citations=(2,), item=True),
        Part(text="It leaves at noon.", citations=(3,)),
        Part(text="It is red.", citations=(3,)),
    )
    first, second, *_ = answer_message(answer(parts=parts, citations=cited))["blocks"]
    assert [shown({"text": "", "blocks": [block]}) for block in (first, second)] == [
        ["These are: [1]", "• Monday [2]"],
        ["It leaves at noon. [3]", "It is red. [3]"],
    ]


def test_more_documents_than_slack_has_blocks_for_are_all_shown() -> None:
    parts = tuple(Part(text=f"Line {n}.", citations=(n,)) for n in range(1, 61))
    cited = tuple(citation(n, document=f"d{n}", title=f"Title {n}", url="") for n in range(1, 61))
    message = answer_message(answer(parts=parts, citations=cited))
    assert shown(message)[:60] == [f"Line {n}. [{n}]" for n in range(1, 61)]
    assert message_problem({**message}) == ""


def test_one_part_with_two_hundred_sources_lists_them_all() -> None:
    citations = tuple(citation(n, document=f"d{n}", title=f"Title {n} " + "long " * 50) for n in range(1, 201))
    parts = (Part(text="y" * 5_000, citations=tuple(range(1, 201)), lead="z" * 5_000),)
    conflicts = (Conflict(text="x" * 5_000, citations=(1, 2)),) * 9
    message = answer_message(
        answer(parts=parts, citations=citations, conflicts=conflicts, reason="w" * 5_000, as_of=None, confidence=0.3)
    )
    lines = shown(message)
    assert [line.split()[0] for line in lines[lines.index("Sources") + 1 :]] == [f"[{n}]" for n in range(1, 201)]
    assert message_problem({**message}) == ""


def test_a_note_is_shown_as_it_is_and_escaped_for_notifications() -> None:
    message = note_message("Not <!channel> & *you*")
    assert shown(message) == ["Not <!channel> & *you*"]
    assert message["text"] == "Not &lt;!channel&gt; &amp; *you*"


nasty = st.lists(st.sampled_from(NASTY) | st.text(max_size=20), max_size=6).map(" ".join)
long = st.builds(lambda text, times: text * times, nasty, st.sampled_from((1, 1, 1, 40, 400)))
numbers = st.lists(st.integers(1, 200), max_size=4).map(tuple)
citations = st.builds(
    citation,
    document=st.sampled_from(("a", "b", "c.pdf")),
    title=long,
    publisher=nasty,
    published=st.sampled_from((None, "2019", "2019-10", "2019-10-21")),
    url=st.sampled_from(URLS) | nasty,
    section=long,
    page=st.none() | st.integers(1, 900),
    quote=long,
)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    made = draw(st.lists(citations, max_size=5)) * draw(st.sampled_from((1, 1, 40)))
    parts = st.lists(st.builds(Part, text=long, citations=numbers, item=st.booleans(), lead=long), max_size=5)
    return answer(
        text=draw(long),
        abstained=draw(st.booleans()),
        courtesy=draw(st.sampled_from((False, False, True))),
        reason=draw(long),
        as_of=draw(st.sampled_from((None, "2019-10-21"))),
        parts=tuple(draw(parts) * draw(st.sampled_from((1, 1, 30)))),
        citations=tuple(one.model_copy(update={"number": n}) for n, one in enumerate(made, start=1)),
        conflicts=tuple(draw(st.lists(st.builds(Conflict, text=long, citations=numbers), max_size=5))),
        closest=tuple(made[:5]),
    )


@given(answers())
def test_whatever_is_in_an_answer_slack_takes_it_and_nothing_comes_alive(made: Answer) -> None:
    message = answer_message(made)
    assert message_problem({**message}) == ""
    assert 0 < len(message["text"]) <= TEXT_CHARS
    assert sum(len(words) for element in elements(message["blocks"]) for words in words_in(element)) <= MESSAGE_CHARS
    _nothing_is_live(message, {one.url for one in (*made.citations, *made.closest)})


@given(long)
def test_whatever_a_note_quotes_nothing_comes_alive(text: str) -> None:
    message = note_message(text)
    assert message_problem({**message}) == ""
    _nothing_is_live(message, set())


def _nothing_is_live(message: Message, urls: set[str]) -> None:
    assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", message["text"])
    kinds = {element["type"] for element in elements(message["blocks"])}
    rich = {"rich_text", "rich_text_section", "rich_text_list", "rich_text_quote"}
    assert kinds <= rich | {"context", "divider", "plain_text", "text", "link"}
    for words, url in links(message):
        assert url in urls
        assert re.fullmatch(r"https?://[^\s<>|\\^`{}\"]{1,2000}", url)
        assert words
    everything = "".join(
        [message["text"], *(words for part in elements(message["blocks"]) for words in words_in(part))]
    )
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", everything)


def test_only_addresses_that_a_browser_opens_safely_are_linked() -> None:
    linked = [url for url in URLS if links(answer_message(answer(citations=(citation(url=url),))))]
    assert linked == [URL, "http://EXAMPLE.ORG:8443/a(b)?c=d&e=%20#f"]
