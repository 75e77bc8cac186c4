"""Asking where only the asker sees the answer: the command, and the shortcut on somebody's message."""

from __future__ import annotations

import logging
import time
from functools import partial

from bot.answer.question import MOST_CHARS
from bot.answer.types import AnswerError
from bot.slack.blocks import FAILED, NO_OFFERS, note_message
from bot.slack.faults import where_it_failed
from bot.slack.features.share import offers_in
from bot.slack.limits import TOO_MANY_OF_YOU
from bot.slack.listeners import question_text
from bot.slack.office import Office
from bot.slack.posting import Sent
from bot.slack.types import Message, Press
from bot.slack.views.private import ASKED, LOOKED_UP, how_to_message, private_message

FIND_ANSWER = "find_answer"
"""The `callback_id` of the shortcut."""
HELP = ("", "help", "?")
NO_WORDS = "There are no words in that message that I could look up. Try a message with a question in it."

_log = logging.getLogger(__name__)


def ask(office: Office, press: Press) -> None:
    """Answer what is written after the command, whatever name the command has in this workspace."""
    text = question_text(press.value, "")
    if text.lower() in HELP:
        office.whisper(press, how_to_message(press.action))
    else:
        office.soon(partial(_answer, office, press, text, ASKED, ""))


def find_answer(office: Office, press: Press) -> None:
    """Look up what somebody's message says; if the answer is shared, it goes into the thread of that message."""
    # A message may be long where a question may not; what it asks stands at its beginning, or a person will shorten it.
    text = question_text(press.message.get("text") or "", "")[:MOST_CHARS].strip()
    if not text:
        office.whisper(press, note_message(NO_WORDS))
    else:
        thread_ts = str(press.message.get("thread_ts") or press.message.get("ts") or "")
        office.soon(partial(_answer, office, press, text, LOOKED_UP, thread_ts))


def _answer(office: Office, press: Press, text: str, label: str, thread_ts: str) -> None:
    asker = office.state.pseudonym(press.user)
    # What only one person sees is no burden for a channel.
    refusal = office.limiter.refusal(asker, asker, time.monotonic())
    if refusal is not None:
        _show(office, press, note_message(refusal or TOO_MANY_OF_YOU))
        return
    try:
        given = office.answered(text, asker, office.members.audience(asker), channel=press.channel)
    except AnswerError as refused:
        _show(office, press, note_message(str(refused)))
        return
    except Exception as error:
        _log.error("A private question was not answered: %s", where_it_failed(error))
        _show(office, press, note_message(FAILED))
        return
    _log.info("Answered %s in %.0f ms.", given.answer.id, given.answer.took_ms)
    offers = offers_in(office, given, press.channel, thread_ts)
    # In a direct message nobody knows any more which channel it was asked in.
    elsewhere = NO_OFFERS if given.answer.courtesy else office.offers(given.answer, "")
    _show(office, press, private_message(given.answer, offers, label), private_message(given.answer, elsewhere, label))


def _show(office: Office, press: Press, message: Message, elsewhere: Message | None = None) -> None:
    """Show it where it was asked; if Slack does not take it there, in the person's direct messages."""
    if press.response_url and office.respond(press, message, response_type="ephemeral"):
        return
    told = office.say(press.user, elsewhere or message)
    if not isinstance(told, Sent):
        _log.error("A private answer did not reach the asker: %s.", told)
