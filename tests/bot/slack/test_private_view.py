"""Private answers as Slack shows them, whatever stands in the question."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.answer.types import Answer
from bot.slack.blocks import MESSAGE_CHARS, NO_OFFERS, Offers
from bot.slack.elements import TEXT_CHARS, size
from bot.slack.types import Block
from bot.slack.views.private import LOOKED_UP, how_to_message, private_message, shared_message
from tests.bot.slack.conftest import answer
from tests.bot.slack.fake_slack import elements, message_problem
from tests.bot.slack.test_blocks import LIVE, answers, long, shown

OFFERS = Offers(sources=True, whole=True, feedback=True, person=True, share=True)
QUESTION = "When does <!channel> start & *end*?"


def share_buttons(blocks: list[Block]) -> list[str]:
    return [element["value"] for element in elements(blocks) if element.get("action_id") == "share"]


def test_the_question_stands_above_the_answer_and_in_its_summary() -> None:
    message = private_message(answer(QUESTION), OFFERS)
    assert shown({**message, "blocks": message["blocks"][:3]}) == [
        "You asked:",
        f"| {QUESTION}",
        "It starts on 1 April 2020. [1]",
        "As of 21 October 2019.",
    ]
    assert message["text"] == (
        "You asked: “When does &lt;!channel&gt; start &amp; *end*?” "
        "It starts on 1 April 2020. As of 21 October 2019. Sources: 1."
    )
    assert share_buttons(message["blocks"]) == ["a1"]


def test_the_words_of_somebody_else_were_not_asked_but_looked_up() -> None:
    message = private_message(answer(QUESTION, abstained=True, reason="Nobody knows."), OFFERS, LOOKED_UP)
    assert shown({**message, "blocks": message["blocks"][:2]}) == [
        "You looked up:",
        f"| {QUESTION}",
        "Nobody knows.",
    ]
    assert message["text"] == "You looked up: “When does &lt;!channel&gt; start &amp; *end*?” Nobody knows."


def test_the_share_button_knows_the_thread() -> None:
    message = private_message(answer(QUESTION), replace(OFFERS, thread_ts="1571648400.000100"))
    assert share_buttons(message["blocks"]) == ["a1:1571648400.000100"]


def test_a_courtesy_needs_no_question() -> None:
    message = private_message(answer("Thanks", courtesy=True, abstained=True, reason="You are welcome."), NO_OFFERS)
    assert shown(message) == ["You are welcome."]


def test_a_shared_answer_names_who_shares_it_once() -> None:
    message = shared_message(answer(QUESTION), replace(OFFERS, share=False), "U7")
    assert message["blocks"][0] == {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "user", "user_id": "U7"},
                    {"type": "text", "text": " looked this up privately and shares the answer:"},
                ],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": QUESTION}]},
        ],
    }
    assert message["text"] == (
        "Looked up privately and shared: “When does &lt;!channel&gt; start &amp; *end*?” "
        "It starts on 1 April 2020. As of 21 October 2019. Sources: 1."
    )


def test_the_how_to_uses_the_name_that_the_command_has_here() -> None:
    assert shown(how_to_message("/nhs-merger")) == [
        "Write your question after the command, and only you will see the answer. For example:",
        "| /nhs-merger What conditions come with the approval?",
        "If others should see an answer, press “Share in channel” under it. "
        "On somebody’s message, “Find the answer” under More actions looks that up for you.",
    ]


@given(answers(), long, st.booleans())
def test_whatever_is_asked_slack_takes_it_and_nothing_comes_alive(made: Answer, question: str, public: bool) -> None:
    made = made.model_copy(update={"question": question})
    message = shared_message(made, OFFERS, "U7") if public else private_message(made, OFFERS)
    assert message_problem({**message}) == ""
    assert len(message["text"]) <= TEXT_CHARS
    assert made.abstained or size(message["blocks"]) <= MESSAGE_CHARS
    assert not any(live in message["text"] for live in LIVE if live.startswith("<"))
    kinds = [(part["type"], part.get("user_id")) for part in elements(message["blocks"]) if part["type"] == "user"]
    assert kinds == ([("user", "U7")] if public and not made.courtesy else [])
    assert not any(part["type"] in ("mrkdwn", "markdown", "broadcast") for part in elements(message["blocks"]))


@given(long)
def test_whatever_a_command_is_called_slack_takes_the_how_to(name: str) -> None:
    message = how_to_message(name)
    assert message_problem({**message}) == ""
    assert not any(live in message["text"] for live in LIVE if live.startswith("<"))
