"""What the pictures show. A scene is one function from the assistant to what is seen, with its words for `alt`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from bot.answer.types import Answer
from bot.assistant import Assistant
from bot.evaluate import load
from bot.incoming import Arrived, Waiting
from bot.order import Differs, Known, Named, Report
from bot.prompts import prompts
from bot.slack.answers import Given
from bot.slack.blocks import Offers, answer_message
from bot.slack.features.unanswered import week_of
from bot.slack.rules import People
from bot.slack.types import Message
from bot.slack.views.admin import facts_view, received_message, report_message
from bot.slack.views.digest import pair_view, week_message
from bot.slack.views.feedback import reason_view
from bot.slack.views.home import Front, home_view, shelf
from bot.slack.views.people import Ask, answered_post, found_for, question_post, standing
from bot.slack.views.private import how_to_message, private_message, shared_message
from bot.slack.views.source import source_view
from bot.slack.views.window import answer_view
from bot.unanswered import Unanswered, grouped
from knowledge.audience import FOR_ALL
from knowledge.types import Source
from tests.benchmarks.libraries import ROOT
from tests.benchmarks.pictures.frames import APP, Conversation, Home, Post, Shown, Window

PAIRS = ROOT / "knowledge" / "questions.yaml"
CONDITIONS = "What conditions come with the approval?"
REVIEW = "What did the December review decide about the east Kent CCGs?"
REVIEW_NOTE = "It is in the papers of the joint committee of 12 December. I have asked for them to be added."
TODAY = date(2019, 11, 1)
"""The day that the pictures are of."""
LEFT_OPEN = (
    (1, "Will car parking at Maidstone be free after the merger?"),
    (2, "Will parking in Maidstone be free after the merger?"),
    (1, "will car parking at maidstone be free after the merger"),
    (3, "What will the new logo cost?"),
    (4, "How much will the new logo cost?"),
    (2, "What is the password of the staff wifi?"),
)
"""Questions of a week, each with the number of who asked it."""
NAMES = {
    "U0APP": APP,
    "C0HELP": "merger-help",
    "S0HELP": "merger-team",
    "U0ELLEN": "Ellen Marsh",
    "U0TOM": "Tom Okafor",
}
"""What mentions in the scenes show; whoever is mentioned in a new one is added here."""

MINUTES = Waiting(
    id="0" * 32,
    name="governing-body-minutes.pdf",
    size=412_000,
    came=datetime(2019, 11, 1, 16, 2, tzinfo=UTC),
    documents=(
        Arrived(
            source=Source(
                id="governing-body-minutes",
                file="governing-body-minutes.pdf",
                sha256="0" * 64,
                title="Minutes of the joint governing bodies",
                published="2019-10-24",
            ),
            becomes="added",
            format="PDF",
            words=6_412,
        ),
    ),
    warnings=("Page 7 is a picture and was left out; it can be read with OCR.",),
)
TRIED = Report(
    what="trial",
    added=(Named(id="governing-body-minutes", title="Minutes of the joint governing bodies"),),
    known=Known(answerable=271, right=230, unanswerable=75, declined=72),
    differences=(
        Differs(
            id="chair",
            question="Who chairs the joint committee?",
            kind="newly right",
            before="declined: The documents name nobody for it.",
            now="Dr Ann Example chaired the meeting of the joint committee. (governing-body-minutes)",
            documents_before=(),
            documents_now=("governing-body-minutes",),
        ),
    ),
)
"""An invented file of an admin, and what trying it out would say."""

OFFERS = Offers(sources=True, whole=True, feedback=True, person=True)
"""What an answer offers in a channel for which there is somebody to ask."""

ASK = Ask(
    answer="a1",
    asker="U0TOM",
    channel="C0MERGER",
    thread="1572603840.000100",
    link="https://example.slack.com/archives/C0MERGER/p1572603840000100",
)

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
    "A question in a channel, and the answer in its thread: a list of conditions, each with the number of its source",
)
def answer(assistant: Assistant) -> Shown:
    return in_thread(assistant, "Priya Nair", CONDITIONS)


@scene("refusal", "The bot says why the documents do not answer a question, and offers the passages that come closest")
def refusal(assistant: Assistant) -> Shown:
    return in_thread(assistant, "Tom Okafor", REVIEW)


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


@scene("document", "A file sent to the bot: it was read, what is known of it and what is odd, with a button to check")
def document(_assistant: Assistant) -> Shown:
    return to_the_admin(received_message(MINUTES, TODAY))


@scene("facts", "The window that asks for a document's title, publisher, date, audience, standing and address")
def facts(_assistant: Assistant) -> Shown:
    return Shown(Window(facts_view(MINUTES, ["HR"], "")), NAMES)


@scene("trial", "What publishing the file would change: documents, known questions, answers that would differ")
def trial(_assistant: Assistant) -> Shown:
    return to_the_admin(report_message(TRIED, MINUTES.name, MINUTES.id))


def to_the_admin(message: Message) -> Shown:
    """The bot replies to a file in a direct message."""
    sent = Post("Tom Okafor", "16:02", "governing-body-minutes.pdf")
    return Shown(Conversation(APP, (sent, Post(APP, "16:02", message))), NAMES)


@scene(
    "home",
    "The bot's Home tab: how to ask, questions to press, a field for one's own, and the documents it knows with dates",
)
def home(assistant: Assistant) -> Shown:
    front = Front(
        shelf=shelf(assistant.index.sources.values()),
        updated=TODAY,
        prompts=prompts(assistant, load([PAIRS])),
        people=People(channel="C0HELP"),
    )
    return Shown(Home(home_view(front)), NAMES)


@scene("window", "A question that was pressed on the Home tab, answered in a window that only the person sees")
def window(assistant: Assistant) -> Shown:
    offers = replace(OFFERS, feedback=False)
    return Shown(Window(answer_view(CONDITIONS, answer_message(ask(assistant, CONDITIONS), offers)["blocks"])), NAMES)


@scene(
    "digest",
    "The weekly digest: questions without an answer, like ones together, with counts, no names, and a button for each",
)
def digest(assistant: Assistant) -> Shown:
    moment = datetime.combine(TODAY, time(8), UTC)
    answers = [(ask(assistant, question), f"person {person}") for person, question in LEFT_OPEN]
    given = tuple(Given(answer, who, "", "", FOR_ALL, moment.timestamp()) for answer, who in answers)
    asked = [Unanswered(answer.question, who, moment, answer.reason) for answer, who in answers]
    week = week_of(given, grouped(asked, assistant.understood, assistant.encoder), 41)
    return Shown(Conversation("# merger-admins", (Post(APP, "09:00", week_message(week)),), is_thread=False), NAMES)


@scene("known-pair", "The window that makes a known pair of a question: question, what should happen, words, document")
def known_pair(assistant: Assistant) -> Shown:
    titles = {name: document.source.title for name, document in assistant.index.documents.items()}
    return Shown(Window(pair_view(LEFT_OPEN[0][1], titles, "{}")), NAMES)


@scene("ask-person", "A question in the channel of those who are asked: who asks, what comes closest, Mark answered")
def ask_person(assistant: Assistant) -> Shown:
    said = ask(assistant, REVIEW)
    status, found = standing(said), found_for(said, assistant.index.documents, {})
    post = question_post(ASK, REVIEW, status, found, People(channel="C0HELP", group="S0HELP"))
    return Shown(Conversation("# merger-help", (Post(APP, "10:26", post),), is_thread=False), NAMES)


@scene("answered", "The same question once somebody has answered it, with what they said to the asker")
def answered(assistant: Assistant) -> Shown:
    found = found_for(ask(assistant, REVIEW), assistant.index.documents, {})
    post = answered_post(ASK, REVIEW, found, "U0ELLEN", REVIEW_NOTE)
    return Shown(Conversation("# merger-help", (Post(APP, "10:26", post),), is_thread=False), NAMES)


@scene("feedback", "The window after Not helpful: six reasons to choose from, and room for a comment")
def feedback(assistant: Assistant) -> Shown:
    return Shown(Window(reason_view("a1")), NAMES)


def in_thread(assistant: Assistant, person: str, question: str) -> Shown:
    """Somebody mentions the bot in a channel with a question, and the bot answers in the thread."""
    asked = Post(person, "10:24", f"<@U0APP> {question}")
    return Shown(Conversation("# merger-questions", (asked, Post(APP, "10:24", reply(assistant, question)))), NAMES)


def reply(assistant: Assistant, question: str) -> Message:
    return answer_message(ask(assistant, question), OFFERS)


def ask(assistant: Assistant, question: str) -> Answer:
    """What the assistant answers on the day that the pictures are of."""
    return assistant.ask(question, today=TODAY)
