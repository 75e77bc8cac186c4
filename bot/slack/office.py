"""What everything that people press or send is done with."""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.answer.types import Answer, Turn
from bot.order import Order
from bot.slack.answers import Given
from bot.slack.blocks import NO_OFFERS, Offers, note_message
from bot.slack.crew import Crew
from bot.slack.faults import where_it_failed
from bot.slack.files import is_slacks
from bot.slack.limits import Limiter
from bot.slack.members import Members
from bot.slack.pace import Pace
from bot.slack.patience import NOT_TAKEN, Patience
from bot.slack.posting import Outcome, Sent, error_code, post_patiently
from bot.slack.rules import Rules
from bot.slack.state import State
from bot.slack.suggestions import Suggestions
from bot.slack.types import Block, Conversation, Desk, Message, Press
from knowledge.audience import Audience
from knowledge.types import Document

GONE = "This answer is no longer kept. Please ask again."
NOT_OURS = (
    "I answer the staff of the organisation that I belong to, and your account is of another one. "
    "Please ask one of your contacts there."
)
TOO_LATE = "That took too long for Slack. Please press again."
REPLY_SECONDS = 10
"""For a reply to arrive."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Office:
    """The parts of a running bot that its features work with."""

    client: WebClient
    """Waits as long as Slack says, and tries again."""
    poster: WebClient
    """Never tries again by itself, for what must not be said twice."""
    desk: Desk
    state: State
    rules: Rules
    members: Members
    limiter: Limiter
    home: Path
    """Folder of all state."""
    team: str
    """Slack's id of the workspace."""
    suggestions: Suggestions
    pool: Crew = field(repr=False)
    """For what takes long; questions and presses never wait for it."""
    answering: Crew = field(repr=False)
    """For questions that only the asker sees answered, and for windows and Home tabs, which wait for Slack."""
    pace: Pace = field(default_factory=Pace, repr=False)
    """Of all that is posted in channels, one message after the other."""
    orders: dict[str, Order] = field(default_factory=dict, repr=False)
    """What admins have ordered and this process has not done yet, by the message or version that it is about."""
    stopping: Event = field(default_factory=Event, repr=False)
    """Set when the bot stops: what takes long is broken off."""

    def answered(
        self, question: str, asker: str, audience: Audience, thread: tuple[Turn, ...] = (), channel: str = ""
    ) -> Given:
        """Answer a question that only the asker sees, and remember the answer for the buttons under it.

        Args:
            question: As plain text.
            asker: Hash of the person.
            audience: What may be quoted.
            thread: Earlier turns.
            channel: Where it was asked.

        Raises:
            AnswerError: What is wrong with the question, for the asker.
        """
        answer = self.desk.ask(question, thread, audience)
        given = Given(answer, asker, channel, "", audience, time.time())
        self.state.answers.keep(given)
        return given

    def given(self, press: Press) -> Given | None:
        """The answer that a button belongs to; None, and the person is told, if it is not kept any more."""
        given = self.state.answers.find(press.value.partition(":")[0])
        if given is None:
            self.whisper(press, note_message(GONE))
        return given

    def readable(self, press: Press) -> Mapping[str, Document]:
        """The documents that somebody may read, for themselves or where they pressed."""
        person = self.state.pseudonym(press.user)
        own = self.members.audience(person)
        return self.desk.documents(own | self.members.audience(person, press.channel) if press.channel else own)

    def offers(self, answer: Answer, channel: str) -> Offers:
        """What an answer offers in a channel or direct message."""
        return NO_OFFERS if answer.courtesy else Offers(True, True, True, self.rules.people_for(channel) is not None)

    def open(self, press: Press, view: Block) -> str:
        """Open a window, over the one that is open if the press came from there.

        Returns:
            Slack's id of the window; empty if it could not be opened, which the person is told.
        """
        opening = self.client.views_push if press.view.get("type") == "modal" else self.client.views_open
        try:
            return str(opening(trigger_id=press.trigger, view=view)["view"]["id"])
        except SlackApiError as refused:
            code = error_code(refused)
            _log.warning("A window could not be opened: %s.", code)
            self.whisper(press, note_message(TOO_LATE))
            return ""

    def say(self, channel: str, message: Message, thread_ts: str = "", key: str = "") -> Outcome:
        """Post a message when Slack takes it; never twice, so what may have arrived is left alone.

        Args:
            channel: Or a person, by Slack's id: then it goes into their direct messages.
            message: What.
            thread_ts: The thread that it goes into, if into any.
            key: What it answers, for `posting.find_answer`.
        """
        return post_patiently(self.poster, Conversation(channel, thread_ts), message, key, self.stopping)

    def whisper(self, press: Press, message: Message, *, replace: bool = False) -> None:
        """Show a message to the person who pressed and to nobody else.

        Args:
            press: Whose; without a `response_url`, as from a window, or if Slack does not take it there any more, it
                goes into their direct messages.
            message: What.
            replace: Put it in the place of the message with the button, which only they see.
        """
        if press.response_url:
            thread = {"thread_ts": thread_ts} if (thread_ts := press.message.get("thread_ts")) else {}
            if self.respond(press, message, response_type="ephemeral", replace_original=replace, **thread):
                return
        told = self.say(press.user, message)
        if not isinstance(told, Sent):
            _log.error("Somebody was not told: %s.", told)

    def respond(self, press: Press, message: Message, **how: bool | str) -> bool:
        """Reply by the `response_url` of a press, which works where the bot is no member, too.

        Args:
            press: With a `response_url`.
            message: What.
            how: As Slack documents it: `response_type`, `replace_original`, `delete_original`, `thread_ts`.

        Returns:
            Whether Slack took it; if not, the log says why.
        """
        if not is_slacks(press.response_url, self.client.base_url):
            _log.error("A reply was not made: its address is not Slack's.")
            return False
        webhook = WebhookClient(
            press.response_url,
            timeout=REPLY_SECONDS,
            logger=logging.getLogger("slack_bolt"),
            # A reply that may have arrived is not made again.
            retry_handlers=[Patience(self.stopping, NOT_TAKEN)],
        )
        try:
            replied = webhook.send_dict({**message, "unfurl_links": False, "unfurl_media": False, **how})
        except (OSError, http.client.HTTPException) as error:
            _log.warning("A reply may not have reached Slack: %s.", type(error).__name__)
            return False
        if replied.status_code != 200:
            _log.warning("Slack refused a reply: HTTP status %d.", replied.status_code)
        return replied.status_code == 200

    def soon(self, work: Callable[[], None]) -> None:
        """Do something that takes as long as an answer, after the press was acknowledged."""
        self.answering.submit(guarded, work)

    def later(self, work: Callable[[], None]) -> None:
        """Do something that takes long, after the press was acknowledged."""
        self.pool.submit(guarded, work)


def guarded(work: Callable[[], None]) -> None:
    """Do something whose failure must not be anybody else's; it is logged without anybody's words."""
    try:
        work()
    except (SlackApiError, OSError, http.client.HTTPException) as error:
        code = error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
        _log.error("Slack did not do what it was asked: %s. %s", code, where_it_failed(error))
    except Exception as error:
        _log.error("A press was not followed: %s", where_it_failed(error))
