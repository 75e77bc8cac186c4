from __future__ import annotations

from bot.answer.types import Turn
from bot.slack.conversations import MAX_CONVERSATIONS, MAX_TURNS, Conversations
from bot.slack.types import Conversation


def test_the_last_five_turns_of_a_conversation_are_kept() -> None:
    talk, here = Conversations(), Conversation("C1", "1.0")
    for n in range(MAX_TURNS + 2):
        talk.add(here, Turn(question=str(n)))
    assert [turn.question for turn in talk.turns(here)] == ["2", "3", "4", "5", "6"]
    assert talk.turns(Conversation("C2", "1.0")) == ()


def test_the_conversation_that_was_quiet_for_longest_is_forgotten() -> None:
    talk = Conversations()
    for n in range(MAX_CONVERSATIONS):
        talk.add(Conversation("C1", str(n)), Turn(question="first"))
    talk.add(Conversation("C1", "0"), Turn(question="second"))
    talk.add(Conversation("C1", "new"), Turn(question="first"))
    assert talk.turns(Conversation("C1", "1")) == ()
    assert [turn.question for turn in talk.turns(Conversation("C1", "0"))] == ["first", "second"]
