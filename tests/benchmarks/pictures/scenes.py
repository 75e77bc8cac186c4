"""What the pictures show. A scene is one function from the assistant to what is seen, with its words for `alt`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from bot.answer.types import Answer
from bot.assistant import Assistant
from bot.slack.blocks import Offers, answer_message
from bot.slack.types import Message
from bot.slack.views.private import how_to_message, private_message, shared_message
from bot.slack.views.source import source_view
from tests.benchmarks.pictures.frames import APP, Conversation, Post, Shown, Window

CONDITIONS = "What conditions come with the approval?"
TODAY = date(2019, 11, 1)
"""The day that the pictures are of."""
NAMES = {"U0APP": APP, "U0TOM": "Tom Okafor"}
"""What mentions in the scenes show; whoever is mentioned in a new one is added here."""

OFFERS = Offers(sources=True, whole=True, feedback=True, person=True)
"""What an answer offers in a channel for which there is somebody to ask."""

Draw = Callable[[Assistant], Shown]


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture that is to be drawn."""

    name: str
    """Of the file, without its ending."""
    alt: str
    """What is to be seen, for those who cannot see it."""
    draw: Draw
    """Given an assistant that knows the bundled briefings."""


SCENES: list[Scene] = []
"""All of them, in the order in which they are written below."""


def scene(name: str, alt: str) -> Callable[[Draw], Draw]:
    """List a function as a scene."""

    def listed(draw: Draw) -> Draw:
        SCENES.append(Scene(name, alt, draw))
        return draw

    return listed


@scene(
    "answer",
    "A question in a channel, and the bot's answer in its thread: a numbered list of conditions with the source",
)
def answer(assistant: Assistant) -> Shown:
    return in_thread(assistant, "Priya Nair", CONDITIONS)


@scene("refusal", "The bot says why the documents do not answer a question, and offers the passages that come closest")
def refusal(assistant: Assistant) -> Shown:
    return in_thread(assistant, "Tom Okafor", "What did the December review decide about the east Kent CCGs?")


@scene("contradiction", "An answer whose sources disagree: the other source's words stand apart, each with its number")
def contradiction(assistant: Assistant) -> Shown:
    return in_thread(assistant, "Ellen Marsh", "When were the CCGs set up?")


@scene("source", "The window of a source: what the document is, and the passage with the quoted words in bold")
def source(assistant: Assistant) -> Shown:
    cited = ask(assistant, CONDITIONS).citations
    return Shown(Window(source_view(assistant.index.documents[cited[0].document], cited[0], cited)), NAMES)


@scene("private", "An answer that only the asker sees, with the question above it and a button to share it")
def private(assistant: Assistant) -> Shown:
    shown = private_message(ask(assistant, CONDITIONS), replace(OFFERS, share=True))
    return Shown(Conversation("# general", (Post(APP, "10:31", shown, only_you=True),), is_thread=False), NAMES)


@scene("shared", "The same answer in the channel: who shares it, the question, the answer with its source")
def shared(assistant: Assistant) -> Shown:
    shown = shared_message(ask(assistant, CONDITIONS), OFFERS, "U0TOM")
    return Shown(Conversation("# general", (Post(APP, "10:32", shown),), is_thread=False), NAMES)


@scene("how-to", "What the command says that came without a question: how to ask, with an example")
def how_to(assistant: Assistant) -> Shown:
    post = Post(APP, "10:30", how_to_message("/merger"), only_you=True)
    return Shown(Conversation("# general", (post,), is_thread=False), NAMES)


def in_thread(assistant: Assistant, person: str, question: str) -> Shown:
    """Somebody mentions the bot in a channel with a question, and the bot answers in the thread."""
    asked = Post(person, "10:24", f"<@U0APP> {question}")
    return Shown(Conversation("# merger-questions", (asked, Post(APP, "10:24", reply(assistant, question)))), NAMES)


def reply(assistant: Assistant, question: str) -> Message:
    return answer_message(ask(assistant, question), OFFERS)


def ask(assistant: Assistant, question: str) -> Answer:
    """What the assistant answers on the day that the pictures are of."""
    return assistant.ask(question, today=TODAY)
