from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.answer.types import Answer
from bot.slack.elements import size
from bot.slack.rules import People
from bot.slack.types import Block, Message
from bot.slack.views.people import (
    NOTE_CHARS,
    NOTHING,
    Ask,
    Found,
    Marking,
    answer_for_asker,
    answered_post,
    asked_message,
    found_for,
    mark_view,
    message_view,
    question_in,
    question_post,
    standing,
)
from tests.bot.slack.conftest import answer, citation
from tests.bot.slack.fake_slack import live_markup, message_problem, view_problem
from tests.bot.slack.test_blocks import LIVE, NASTY, URLS

QUESTION = "Who signs the lease?"
LINK = "https://kent.slack.com/archives/C0MERGER/p1571648400000100"
ASK = Ask(answer="a1", asker="U1", channel="C0MERGER", thread="1571648400.000100", link=LINK)
PRIVATE = Ask(answer="a1", asker="U1")
CHANNEL, GROUP = People(channel="C0HELP"), People(group="S0HELP")
BOTH = People(channel="C0HELP", group="S0HELP")
NEAR = answer(
    QUESTION,
    text="",
    abstained=True,
    reason="The documents do not say.",
    parts=(),
    citations=(),
    closest=(citation(1, quote="The lease is signed."), citation(2, document="pay", title="Pay", quote="Pay is due.")),
)
UNSURE = answer(QUESTION, confidence=0.3)


def lines(blocks: list[Block]) -> list[str]:
    """What a person reads: quotations behind a bar, buttons and live names in brackets."""
    shown: list[str] = []
    for block in blocks:
        if block["type"] == "actions":
            shown.append(" ".join(f"[{one['text']['text']}]" for one in block["elements"]))
        elif block["type"] == "input":
            shown.append(f"{block['label']['text']} ({block['hint']['text']})")
        elif block["type"] == "context":
            shown += [one["text"] for one in block["elements"]]
        else:
            for part in block["elements"]:
                bar = "| " if part["type"] == "rich_text_quote" else ""
                shown.append(bar + "".join(_leaf(one) for one in part["elements"]))
    return shown


def _leaf(one: Block) -> str:
    live = {"user": "user_id", "usergroup": "usergroup_id", "channel": "channel_id"}
    return f"<{one[live[one['type']]]}>" if one["type"] in live else str(one["text"])


def post(found: Found = NOTHING, ask: Ask = ASK, people: People = CHANNEL, status: Answer = NEAR) -> Message:
    return question_post(ask, QUESTION, standing(status), found, people)


def test_the_post_says_who_asks_what_and_what_comes_closest() -> None:
    message = post(found_for(NEAR, {"approval": 1, "pay": 1}, {}), people=BOTH)
    assert lines(message["blocks"]) == [
        "<S0HELP>, <U1> asks:",
        "| Who signs the lease?",
        "The documents do not answer this.",
        "What comes closest",
        "| The lease is signed.",
        "The merger is approved · Kent and Medway CCGs · 21 October 2019 · Conditions",
        "| Pay is due.",
        "Pay · Kent and Medway CCGs · 21 October 2019 · Conditions",
        "[Mark answered] [Open the thread]",
    ]
    assert message["text"] == "A question for you: Who signs the lease?"
    mark, thread = message["blocks"][-1]["elements"]
    assert (thread["url"], Ask.model_validate_json(mark["value"])) == (LINK, ASK)


def test_an_answer_that_is_not_certain_is_shown_with_its_source() -> None:
    found = found_for(UNSURE, {"approval": 1}, {})
    assert lines(post(found, PRIVATE, GROUP, UNSURE)["blocks"]) == [
        "<U1> asks:",
        "| Who signs the lease?",
        "The documents may answer this, but that is not certain.",
        "What was answered",
        "| It starts on 1 April 2020.",
        "From",
        "The merger is approved · Kent and Medway CCGs · 21 October 2019 · Conditions",
        "[Mark answered]",
    ]


def test_what_became_of_the_question_is_said() -> None:
    assert standing(answer(reason="No date.")) == "The documents answer only a part of this."
    assert standing(answer()) == "The documents have an answer, but it did not help."
    assert lines(post()["blocks"])[2:-1] == ["The documents do not answer this.", "Nothing came close."]


def test_what_the_readers_may_not_read_is_named_and_not_shown() -> None:
    some = lines(post(found_for(NEAR, {"approval": 1}, {"pay": "HR"}))["blocks"])
    assert some[4:7] == [
        "| The lease is signed.",
        "The merger is approved · Kent and Medway CCGs · 21 October 2019 · Conditions",
        "Something else that was found is limited to HR and is not shown.",
    ]
    none = lines(post(found_for(NEAR, {}, {"pay": "HR", "approval": "Finance"}))["blocks"])
    assert none[2:-1] == [
        "The documents do not answer this.",
        "What was found is limited to Finance and HR and is not shown.",
    ]
    gone = lines(post(found_for(NEAR, {}, {}))["blocks"])
    assert gone[3:-1] == ["Some of what was found can no longer be shown."]
    assert found_for(UNSURE, {}, {"approval": "HR"}) == Found(closed=True, audiences=("HR",))


def test_one_source_that_may_not_be_read_closes_the_whole_answer() -> None:
    two = answer(QUESTION, citations=(citation(1), citation(2, document="pay")))
    assert found_for(two, {"approval": 1}, {"pay": "HR"}) == Found(closed=True, audiences=("HR",))


def test_an_answered_post_names_who_answered_and_has_no_button_to_answer() -> None:
    found = found_for(UNSURE, {"approval": 1}, {})
    message = answered_post(ASK, QUESTION, found, "U2", "Ann signs.\n\n\n\nIn May.")
    assert lines(message["blocks"]) == [
        "Answered by <U2>",
        "| Ann signs.\n\nIn May.",
        "<U1> asked:",
        "| Who signs the lease?",
        "What was answered",
        "| It starts on 1 April 2020.",
        "From",
        "The merger is approved · Kent and Medway CCGs · 21 October 2019 · Conditions",
        "[Open the thread]",
    ]
    assert message["text"] == "Answered: Who signs the lease?"
    bare = answered_post(PRIVATE, QUESTION, found_for(NEAR, {}, {"pay": "HR"}), "U2", " \n ")
    assert lines(bare["blocks"]) == [
        "Answered by <U2>",
        "<U1> asked:",
        "| Who signs the lease?",
        "What was found is limited to HR and is not shown.",
    ]


def test_the_question_is_found_again_in_its_post() -> None:
    assert question_in(dict(post())) == QUESTION
    assert question_in({}) == question_in({"blocks": []}) == ""


def test_the_window_says_who_will_read_the_note() -> None:
    public = mark_view(Marking(ask=ASK, question=QUESTION, channel="C0HELP", ts="1.1"))
    assert lines(public["blocks"]) == [
        "| Who signs the lease?",
        "What should the asker know? (It is posted in the thread of the question, where others can read it, too.)",
    ]
    unlinked = ASK.model_copy(update={"link": ""})
    assert mark_view(Marking(ask=unlinked, question=QUESTION, channel="C0HELP", ts="1.1")) | {
        "private_metadata": ""
    } == public | {"private_metadata": ""}
    for ask in (PRIVATE, ASK.model_copy(update={"channel": "D1", "link": ""})):
        view = mark_view(Marking(ask=ask, question=QUESTION, channel="C0HELP", ts="1.1"))
        assert lines(view["blocks"])[1] == (
            "What should the asker know? (The person who asked gets it in a direct message, and all who were asked can "
            "read it.)"
        )


def test_the_asker_is_told_who_answered() -> None:
    message = answer_for_asker(ASK, QUESTION, "U2", "Ann <!channel> signs.")
    assert lines(message["blocks"]) == [
        "<U1>, <U2> has answered your question:",
        "| Who signs the lease?",
        "| Ann <!channel> signs.",
    ]
    assert message["text"] == "Your question was answered. Ann &lt;!channel&gt; signs."
    bare = answer_for_asker(ASK, QUESTION, "U2", "")
    assert lines(bare["blocks"]) == ["<U1>, <U2> has marked your question as answered:", "| Who signs the lease?"]
    assert bare["text"] == "Your question was answered."


def test_the_asker_is_told_who_was_asked() -> None:
    rest = ". They see your question, your name and what I found. You will be told"
    in_thread, direct = f"{rest} here in the thread", f"{rest} in a direct message"
    when = " when somebody has answered."
    assert lines(asked_message(CHANNEL, 0, True)["blocks"]) == [f"I have asked in <C0HELP>{in_thread}{when}"]
    both = f"I have asked in <C0HELP> and called <S0HELP>{direct}{when}"
    assert lines(asked_message(BOTH, 0, False)["blocks"]) == [both]
    assert lines(asked_message(GROUP, 1, True)["blocks"]) == [f"I have asked one member of <S0HELP>{in_thread}{when}"]
    assert lines(asked_message(GROUP, 3, True)["blocks"])[0].startswith("I have asked 3 members of <S0HELP>. They")
    view = message_view(asked_message(CHANNEL, 0, True))
    assert (view["title"]["text"], view_problem(view)) == ("Ask a person", "")


hostile = st.one_of(st.sampled_from(NASTY), st.text(max_size=40), st.sampled_from(NASTY).map(lambda text: text * 600))


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    cited = st.builds(
        citation,
        number=st.integers(1, 9),
        document=st.sampled_from(["approval", "pay", "x"]),
        title=hostile,
        publisher=hostile,
        section=hostile,
        quote=hostile,
        url=st.sampled_from(URLS),
    )
    several = st.lists(cited, max_size=200).map(tuple)
    return answer(
        draw(hostile),
        draw(hostile),
        abstained=draw(st.booleans()),
        reason=draw(hostile),
        confidence=draw(st.floats(0, 1)),
        citations=draw(several),
        closest=draw(several),
    )


def dangerous(held: object) -> bool:
    """Whether any text is markup, or holds characters that steer the display."""
    if isinstance(held, dict):
        return held.get("type") == "mrkdwn" or any(dangerous(one) for name, one in held.items() if name != "value")
    if isinstance(held, list):
        return any(map(dangerous, held))
    return isinstance(held, str) and any(char in held for char in "\x00\x1b\u202e\ud800")


@given(answers(), st.sampled_from([ASK, PRIVATE]), st.sampled_from([CHANNEL, GROUP, BOTH]), hostile)
def test_nothing_in_the_messages_comes_alive_or_is_too_long(said: Answer, ask: Ask, people: People, note: str) -> None:
    found = found_for(said, {"approval": 1}, {"pay": said.question})
    called = ["usergroup S0HELP"] if people is BOTH else []
    asked = question_post(ask, said.question, standing(said), found, people)
    done = answered_post(ask, question_in(dict(asked)), found, "U2", note)
    told = answer_for_asker(ask, question_in(dict(asked)), "U2", note)
    for message, names in (
        (asked, [*called, "user U1"]),
        (done, ["user U2", "user U1"]),
        (told, ["user U1", "user U2"]),
    ):
        assert message_problem(dict(message)) == ""
        assert live_markup(message) == names
        assert size(message["blocks"]) <= 10_000
        assert len(message["text"]) <= 3_000
        assert not dangerous(message["blocks"])
    assert len(asked["blocks"][-1]["elements"][0]["value"]) <= 2_000


@given(hostile)
def test_a_window_carries_any_question(question: str) -> None:
    asked = question_post(ASK, question, "x", NOTHING, CHANNEL)
    marking = Marking(
        ask=ASK.model_copy(update={"link": LINK + "a" * 400}), question=question_in(dict(asked)), channel="C0", ts="1.1"
    )
    view = mark_view(marking)
    assert Marking.model_validate_json(view["private_metadata"]) == marking
    assert len(view["private_metadata"].encode("utf-16-le")) // 2 <= 3_000
    assert (view_problem(view), live_markup(view)) == ("", [])
    assert view["blocks"][1]["element"]["max_length"] == NOTE_CHARS
    assert not dangerous(view["blocks"])


def test_live_words_are_those_that_are_tried() -> None:
    for words in LIVE:
        message = question_post(ASK, words, "x", NOTHING, CHANNEL)
        assert lines(message["blocks"])[1] == f"| {words}"
        assert live_markup(message) == ["user U1"]
