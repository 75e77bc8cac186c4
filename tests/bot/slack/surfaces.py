"""What people do with the bot, a surface each, and what everybody has before them afterwards."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bot.answer.types import Answer, Part
from bot.slack.features.people import ALREADY
from bot.slack.features.share import SHARED
from bot.slack.rules import People, Rules
from bot.slack.views.window import LOOKING
from tests.bot.slack.conftest import CHANNEL, Asking, answer, mention
from tests.bot.slack.fake_slack import BOT_USER, FakeSlack, JsonObject
from tests.bot.slack.test_edits import edited
from tests.bot.slack.test_feedback import id_of
from tests.bot.slack.test_home import home_of
from tests.bot.slack.test_private import MESSAGE

HELP, ADMIN = "C0HELP", "U9"
RULES = Rules(people=People(channel=HELP), admins=(ADMIN,))
LONG = tuple(Part(text=f"Part {number}: " + "it starts on 1 April 2020, " * 15, citations=(1,)) for number in range(30))
"""More than one message shows."""

_CHANGING = re.compile(r"157165\d{4}\.?\d{6}|\ba\d+\b|\bV\d+\b")
"""Timestamps of the fake Slack, and ids of answers and views."""


def replies(text: str) -> Answer:
    """A long answer to those who ask for everything, none to those who ask who, and else a short one."""
    if "everything" in text:
        return answer(text, text=" ".join(part.text for part in LONG), parts=LONG)
    if text.startswith("Who"):
        return answer(text, text="", abstained=True, reason="The documents do not say.", parts=(), citations=())
    return answer(text, f"You asked: {text}")


def asking() -> Asking:
    """Gives the answers that the surfaces need."""
    return Asking(replies=replies)


def nothing(slack: FakeSlack) -> JsonObject:
    """Nothing needs to be there."""
    return {}


@dataclass(frozen=True)
class Surface:
    """One thing that people do.

    Args:
        press: Does it; gets what `before` returned.
        end: Waits until it is done, when it was pressed so many times, and goes on with the window if there is one.
        before: What is there before, such as the answer with the button.
        is_button: It can be pressed twice.
        twice: What the second of two presses tells the person besides.
    """

    press: Callable[[FakeSlack, JsonObject], Any]
    end: Callable[[FakeSlack, int], Any]
    before: Callable[[FakeSlack], JsonObject] = nothing
    is_button: bool = True
    twice: tuple[str, ...] = ()

    def drive(self, slack: FakeSlack, shown: JsonObject, times: int = 1) -> None:
        """Do it so many times at the same moment, and wait until it is done."""
        at_once(times, lambda: self.press(slack, shown))
        self.end(slack, times)


def at_once(times: int, do: Callable[[], object]) -> None:
    """Do something so many times at the same moment."""
    with ThreadPoolExecutor(times) as people:
        for done in [people.submit(do) for _ in range(times)]:
            done.result()


def everything(slack: FakeSlack) -> Counter[str]:
    """All that people see: messages, whispers, windows and Home tabs, without what differs from run to run."""
    shown: list[JsonObject] = []
    for message in slack.on_show:
        shown.append({name: message.get(name) for name in ("channel", "thread_ts", "text", "blocks")})
    for message in slack.ephemerals:
        shown.append({name: message.get(name) for name in ("channel", "user", "thread_ts", "text", "blocks")})
    for user, stack in slack.modals.items():
        shown += [{"user": user, "place": place, **_words(view)} for place, view in enumerate(stack)]
    home = slack.home_of()
    shown += [_words(home)] if home else []
    return Counter(_CHANGING.sub("*", json.dumps(one, sort_keys=True)) for one in shown)


def _words(view: JsonObject) -> JsonObject:
    return {name: view.get(name) for name in ("type", "title", "blocks", "submit", "close", "callback_id")}


def told(slack: FakeSlack, sentence: str) -> int:
    """How often a sentence is on show, to all or to one person."""
    return [message["text"] for message in (*slack.on_show, *slack.ephemerals)].count(sentence)


def said(slack: FakeSlack, question: str = "When does it start?") -> JsonObject:
    slack.event(mention(question))
    slack.wait_for_messages(1)
    return slack.on_show[0]


def asked_privately(slack: FakeSlack) -> JsonObject:
    slack.command("/merger", "When does it start?")
    whispered(slack)
    return slack.ephemerals[0]


def refused(slack: FakeSlack) -> JsonObject:
    return said(slack, "Who signs it?")


def asked_of_people(slack: FakeSlack) -> JsonObject:
    slack.click(refused(slack), "ask_person")
    person_asked(slack)
    return slack.on_show[1]


def edit(slack: FakeSlack, _: JsonObject) -> None:
    changed = edited(f"<@{BOT_USER}> Who?", f"<@{BOT_USER}> When?")
    slack.event(changed | {"channel": CHANNEL, "channel_type": "channel"})


def rate(verdict: str) -> Callable[[FakeSlack, JsonObject], Any]:
    return lambda slack, shown: slack.feedback(shown, f"{id_of(shown)}:{verdict}")


def whispered(slack: FakeSlack, times: int = 1) -> None:
    slack.wait_until(lambda fake: len(fake.ephemerals) >= 1)


def changed(slack: FakeSlack, times: int = 1) -> None:
    slack.wait_until(lambda fake: len(fake.of("chat.update")) >= 1)


def person_asked(slack: FakeSlack, times: int = 1) -> None:
    slack.wait_until(lambda fake: len(fake.ephemerals) >= times and len(fake.on_show) >= 2)


def window(slack: FakeSlack, times: int = 1, user: str = "U1") -> JsonObject:
    slack.wait_until(lambda fake: len(fake.of("views.open")) >= times)
    view = slack.modal_of(user)
    assert view is not None
    return view


def reason_given(slack: FakeSlack, times: int) -> None:
    view = window(slack, times)
    at_once(times, lambda: slack.submit(view, {"reason": "wrong", "comment": "It was May."}))


def note_given(slack: FakeSlack, times: int) -> None:
    view = window(slack, times, "U2")
    at_once(times, lambda: slack.submit(view, {"note": "Ann."}, "U2"))
    changed(slack)


def answered_in_window(slack: FakeSlack, times: int) -> None:
    window(slack, times)
    slack.wait_until(lambda fake: LOOKING not in json.dumps(fake.modal_of(), ensure_ascii=False))


SURFACES = {
    "a mention": Surface(
        lambda slack, _: slack.event(mention()), lambda slack, _: slack.wait_for_messages(1), is_button=False
    ),
    "an edit": Surface(edit, changed, said, is_button=False),
    "a source": Surface(lambda slack, shown: slack.click(shown, "source:0"), window, said),
    "show all": Surface(
        lambda slack, shown: slack.click(shown, "show_all"), window, lambda slack: said(slack, "Tell me everything?")
    ),
    "helpful": Surface(rate("helpful"), whispered, said),
    "not helpful": Surface(rate("unhelpful"), reason_given, said),
    "ask a person": Surface(
        lambda slack, shown: slack.click(shown, "ask_person"), person_asked, refused, twice=(ALREADY,)
    ),
    "mark answered": Surface(
        lambda slack, shown: slack.click(shown, "mark_answered", "U2"), note_given, asked_of_people
    ),
    "the command": Surface(
        lambda slack, _: slack.command("/merger", "When does it start?"), whispered, is_button=False
    ),
    "the shortcut": Surface(lambda slack, _: slack.shortcut("find_answer", MESSAGE), whispered, is_button=False),
    "share": Surface(
        lambda slack, shown: slack.click(shown, "share"),
        lambda slack, _: slack.wait_until(lambda fake: told(fake, SHARED) == 1),
        asked_privately,
    ),
    "the Home tab": Surface(
        lambda slack, _: slack.app_home_opened(),
        lambda slack, _: slack.wait_until(lambda fake: fake.home_of() is not None),
        is_button=False,
    ),
    "a question on the Home tab": Surface(
        lambda slack, shown: slack.click(shown, "prompt:0"), answered_in_window, home_of
    ),
    "how things stand": Surface(
        lambda slack, _: slack.command("/merger", "admin status", ADMIN), whispered, is_button=False
    ),
}
