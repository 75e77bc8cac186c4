from __future__ import annotations

import pytest

from bot.slack.listeners import question_in, question_text
from bot.slack.types import Asked, Conversation
from tests.bot.slack.conftest import CHANNEL, direct, event_body, hashed, mention
from tests.bot.slack.fake_slack import BOT_USER


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (f"<@{BOT_USER}> who leads it?", "who leads it?"),
        (f"who leads it, <@{BOT_USER}|merger>?", "who leads it, ?"),
        ("is it <@U2> or <!here>?", "is it or ?"),
        ("see <https://example.org/a?b=1&amp;c=2|the page>", "see the page"),
        ("see <https://example.org/a?b=1&amp;c=2>", "see https://example.org/a?b=1&c=2"),
        ("ask in <#C1|general> or <!subteam^S1|@leads>", "ask in general or @leads"),
        ("&lt;!channel&gt; R&amp;D &amp;lt;", "<!channel> R&D &lt;"),
        ("two\n lines\t", "two lines"),
        ("", ""),
    ],
)
def test_a_message_becomes_plain_text(text: str, plain: str) -> None:
    assert question_text(text, BOT_USER) == plain


def test_a_question_is_known_by_its_event_and_by_its_place() -> None:
    assert question_in(event_body(mention("Who?"), "Ev7"), BOT_USER, hashed) == Asked(
        "Who?",
        Conversation(CHANNEL, "1571648400.000100"),
        ("event:Ev7", f"message:{CHANNEL}:1571648400.000100"),
        "#U1",
        "1571648400.000100",
    )


def test_an_event_without_an_id_is_known_by_its_place() -> None:
    asked = question_in({"event": mention("Who?")}, BOT_USER, hashed)
    assert asked is not None
    assert asked.keys == (f"message:{CHANNEL}:1571648400.000100",)


def test_a_mention_without_words_is_a_question_and_a_direct_message_without_words_is_none() -> None:
    asked = question_in(event_body(mention("")), BOT_USER, hashed)
    assert asked is not None
    assert asked.text == ""
    assert question_in(event_body(direct(f"<@{BOT_USER}>")), BOT_USER, hashed) is None
