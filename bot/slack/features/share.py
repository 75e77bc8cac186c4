"""Showing to all in a channel what one person has asked privately, if it may be read and known there."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from functools import partial

from bot.answer.types import Turn
from bot.database import LogUnusable
from bot.slack.answers import Given
from bot.slack.blocks import NO_OFFERS, Offers, note_message
from bot.slack.faults import where_it_failed
from bot.slack.office import Office
from bot.slack.pace import Again
from bot.slack.posting import Later, Refused, Sent, Unclear, post
from bot.slack.types import Asked, Conversation, Message, Press
from bot.slack.views.private import shared_message

MOST_SENDS = 10
"""Times that Slack is offered an answer, each after as long as it says."""
SHARED = "Shared."
NOBODY_ELSE = "There is no channel here to share it in. Ask again in the channel where others should see it."
UNKNOWN_CHANNEL = (
    "I cannot tell whether this channel is shared with another organisation. Invite me and mention me here, "
    "then press again."
)
EXTERNAL_CHANNEL = "This channel is shared with another organisation, so the answer stays with you."
LIMITED = "This answer rests on a document that not everybody in this channel may read, so it stays with you."
BUSY_CHANNEL = "Slack takes no more messages for this channel just now. Please press again in a minute."
MAY_NOT_POST = "I may not post in this channel, so the answer stays with you. Invite me, then press again."
UNCLEAR = "The answer may be in the channel or not: Slack did not say. If it is not there, please ask me again."

_NO_MEMBER = ("not_in_channel", "channel_not_found")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Sharing:
    """An answer on its way to all."""

    office: Office
    press: Press
    given: Given
    conversation: Conversation
    """Without a thread: in the channel itself."""

    @property
    def key(self) -> str:
        return f"share:{self.given.answer.id}:{self.conversation.channel}"


def offers_in(office: Office, given: Given, channel: str, thread_ts: str = "") -> Offers:
    """What an answer offers that only the asker sees.

    Args:
        office: The parts of the running bot.
        given: The answer.
        channel: Where the asker sees it, and might share it.
        thread_ts: The thread that it would be shared into.
    """
    if given.answer.courtesy:
        return NO_OFFERS
    hidden = not _is_channel(channel) or office.state.channels.is_external(channel) or not _open(office, given, channel)
    return replace(office.offers(given.answer, channel), share=not hidden, thread_ts=thread_ts)


def share(office: Office, press: Press) -> None:
    """Post a private answer in the channel, if everything in it may be read there; or say why not."""
    given = office.given(press)
    if given is None:
        return
    if why_not := _refusal(office, given, press.channel):
        office.whisper(press, note_message(why_not))
        return
    conversation = Conversation(press.channel, press.value.partition(":")[2])
    office.pace.add(press.channel, partial(_share, _Sharing(office, press, given, conversation), 1))


def _refusal(office: Office, given: Given, channel: str) -> str:
    if not _is_channel(channel):
        return NOBODY_ELSE
    external = office.state.channels.is_external(channel)
    if external is None:
        return UNKNOWN_CHANNEL
    if external:
        return EXTERNAL_CHANNEL
    return "" if _open(office, given, channel) else LIMITED


def _is_channel(channel: str) -> bool:
    return channel.startswith(("C", "G"))


def _open(office: Office, given: Given, channel: str) -> bool:
    """Whether everybody in a channel may read all that an answer quotes, and rests on."""
    audience = office.members.audience("", channel)
    readable = office.desk.documents(audience)
    answer = given.answer
    if any(citation.document not in readable for citation in (*answer.citations, *answer.closest)):
        return False
    # Why something is not answered may come from any document that was looked at, and quotes none.
    return not answer.reason or given.audience <= audience


def _share(sharing: _Sharing, sends: int) -> Again | None:
    """Post it when its turn in the channel has come; whoever was faster, or another process, has shared it."""
    office, press, answer = sharing.office, sharing.press, sharing.given.answer
    if why_not := _refusal(office, sharing.given, press.channel):  # which may have become true while it waited
        office.whisper(press, note_message(why_not))
        return None
    message = shared_message(answer, office.offers(answer, press.channel), press.user)
    if not office.state.records.claim(sharing.key):
        _replace(sharing, SHARED)
        return None
    match post(office.poster, sharing.conversation, message, sharing.key):
        case Sent(ts):
            _remember(sharing, ts)
            _replace(sharing, SHARED)
        case Later(seconds):
            office.state.records.unclaim(sharing.key)
            if sends < MOST_SENDS:
                return Again(seconds, partial(_share, sharing, sends + 1))
            office.whisper(press, note_message(BUSY_CHANNEL))
        case Unclear(why):
            _log.warning("A shared answer may have reached Slack or not: %s.", why)
            _replace(sharing, UNCLEAR)
        case Refused(code) if code in _NO_MEMBER and _share_by_reply(sharing, message):
            _remember(sharing, "")
            _replace(sharing, SHARED)
        case Refused(code):
            _log.error("Slack refused a shared answer: %s.", code)
            office.state.records.unclaim(sharing.key)
            office.whisper(press, note_message(MAY_NOT_POST))
    return None


def _share_by_reply(sharing: _Sharing, message: Message) -> bool:
    """Post it as a reply to the press, which Slack takes where the bot is no member."""
    thread_ts = sharing.conversation.thread_ts
    how = {"thread_ts": thread_ts} if thread_ts else {}
    return bool(sharing.press.response_url) and sharing.office.respond(
        sharing.press, message, response_type="in_channel", replace_original=False, **how
    )


def _remember(sharing: _Sharing, ts: str) -> None:
    """Let those who follow up in the thread of the answer be understood, and who shared it be heard unnamed."""
    thread_ts = sharing.conversation.thread_ts or ts
    if not thread_ts:
        return
    answer = sharing.given.answer
    asked = Asked(
        text=answer.question,
        conversation=Conversation(sharing.conversation.channel, thread_ts),
        keys=(sharing.key,),
        asker=sharing.office.state.pseudonym(sharing.press.user),
        ts=ts,
    )
    turn = Turn(question=answer.question, answer="" if answer.abstained else answer.text)
    documents = tuple(dict.fromkeys(citation.document for citation in answer.citations))
    try:
        sharing.office.state.conversations.add(asked, turn, ts, time.time(), documents)
    except LogUnusable as problem:
        _log.error("A follow-up will not know this answer: %s", where_it_failed(problem))


def _replace(sharing: _Sharing, sentence: str) -> None:
    sharing.office.whisper(sharing.press, note_message(sentence), replace=True)
