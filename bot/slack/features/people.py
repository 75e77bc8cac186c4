"""Ask a person what the documents do not say, and tell the asker when somebody has answered."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.database import LogUnusable
from bot.slack import posting
from bot.slack.answers import Given
from bot.slack.blocks import note_message
from bot.slack.elements import can_open
from bot.slack.office import Office
from bot.slack.posting import Later, Refused, Sent, Unclear
from bot.slack.rules import People
from bot.slack.types import Conversation, Message, Press, Submission
from bot.slack.views.people import (
    ANSWERED,
    LINK_CHARS,
    NOTE,
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
from knowledge.audience import FOR_ALL

MOST_MEMBERS = 15
"""Of a user group who get a direct message."""

ALREADY = "You have already asked a person about this. You will be told when somebody has answered."
NOBODY_SET = "Nobody is named any more who could be asked here."
NOBODY = (
    "I could not reach anybody: the place where such questions go does not take them at the moment. Please tell those "
    "who look after me, and press again later."
)
UNCLEAR = "Slack does not say whether your question has arrived. If you hear nothing, please press again."
TOO_LONG = f"Please say it in at most {NOTE_CHARS:,} characters."
NOT_TOLD = (
    "I could not reach the person who asked, so the question is still open. Please tell them, or press again later."
)

_log = logging.getLogger(__name__)


def ask_person(office: Office, press: Press) -> None:
    """Post a question to the people who are named for where it was asked, once for each answer and asker."""
    given = office.given(press)
    if given is None:
        return
    people = office.rules.people_for(given.channel)
    if people is None:
        _tell(office, press, note_message(NOBODY_SET))
        return
    office.soon(partial(_ask, office, press, given, people))


def mark_answered(office: Office, press: Press) -> None:
    """Open the window in which somebody who was asked says what the asker should know."""
    ask = Ask.model_validate_json(press.value)
    marking = Marking(ask=ask, question=question_in(press.message), channel=press.channel, ts=press.message["ts"])
    office.open(press, mark_view(marking))


def answered(office: Office, submission: Submission) -> Mapping[str, Any] | None:
    """Tell the asker, and change the post in all places; the first who sends the window has answered."""
    note = submission.values.get(NOTE, "")
    if len(note) > NOTE_CHARS:
        return {"response_action": "errors", "errors": {NOTE: TOO_LONG}}
    marking = Marking.model_validate_json(submission.about)
    office.soon(partial(_answer, office, marking, submission.user, note, submission.view))
    return None


def _ask(office: Office, press: Press, given: Given, people: People) -> None:
    key = f"ask:{given.answer.id}:{office.state.pseudonym(press.user)}"
    # Claimed here and not before, so that what is never begun can be asked again.
    if not office.state.records.claim(key):
        _tell(office, press, note_message(ALREADY))
        return
    try:
        reached, unclear = _post(office, _ask_of(office, press, given), given, people, key)
    except BaseException:
        office.state.records.unclaim(key)
        raise
    if reached:
        in_thread = bool(given.thread_ts)
        _tell(office, press, asked_message(people, 0 if people.channel else reached, in_thread))
        return
    office.state.records.unclaim(key)
    _tell(office, press, note_message(UNCLEAR if unclear else NOBODY))


def _post(office: Office, ask: Ask, given: Given, people: People, key: str) -> tuple[int, bool]:
    """How many posts there are now, and whether there may be more."""
    found = _found(office, given, people.channel or "")
    message = question_post(ask, given.answer.question, standing(given.answer), found, people)
    reached, unclear, places = 0, False, _places(office, people, ask.asker)
    for place in places:
        match office.say(place, message, key=key):
            case Sent(ts, channel):
                reached += 1
                _remember(office, key, channel or place, ts)
            case Unclear(why):
                unclear = True
                _log.error("A question for people may not have been posted: %s.", why)
            case Refused(why):
                _log.error("A question for people was not posted: %s.", why)
            case Later():
                _log.error("A question for people was not posted: Slack put it off too often.")
    if not places:
        _log.error("A question reached nobody: %s.", _why_nowhere(people))
    return reached, unclear


def _remember(office: Office, key: str, channel: str, ts: str) -> None:
    try:
        office.state.copies.add(key, channel, ts)
    except LogUnusable as problem:
        _log.error("A question for people will not change everywhere when it is answered: %s", problem)


def _places(office: Office, people: People, asker: str) -> tuple[str, ...]:
    """The channel, or the members who are not the asker."""
    if people.channel:
        return () if office.state.channels.is_external(people.channel) else (people.channel,)
    members = office.members.of(people.group or "")
    return tuple(member for member in members if member != asker)[:MOST_MEMBERS]


def _why_nowhere(people: People) -> str:
    if people.channel:
        return f"the channel {people.channel} is shared with another organisation"
    return f"the user group {people.group} has no members, or Slack does not name them"


def _ask_of(office: Office, press: Press, given: Given) -> Ask:
    return Ask(
        answer=given.answer.id,
        asker=press.user,
        channel=given.channel if given.thread_ts else "",
        thread=given.thread_ts,
        link=_link(office, given),
    )


def _link(office: Office, given: Given) -> str:
    """The address of the asker's thread; empty if others cannot open it."""
    if not given.thread_ts or given.channel.startswith("D"):
        return ""
    try:
        found = office.client.chat_getPermalink(channel=given.channel, message_ts=given.thread_ts)
    except (SlackApiError, OSError, http.client.HTTPException) as error:
        code = posting.error_code(error) if isinstance(error, SlackApiError) else type(error).__name__
        _log.warning("Slack gave no link to a thread: %s.", code)
        return ""
    link = str(found["permalink"])
    return link if can_open(link) and len(link) <= LINK_CHARS else ""


def _found(office: Office, given: Given | None, channel: str) -> Found:
    """What those may see who read a channel, or a direct message of their own if there is none."""
    if given is None:
        return NOTHING
    readable = office.desk.documents(office.rules.audience_of(channel) if channel else FOR_ALL)
    everything = office.desk.documents(given.audience)
    cited = {citation.document for citation in (*given.answer.citations, *given.answer.closest)}
    closed = {name: held.source.audience for name in cited if name not in readable and (held := everything.get(name))}
    return found_for(given.answer, readable, closed)


def _answer(office: Office, marking: Marking, by: str, note: str, window: str) -> None:
    records, ask = office.state.records, marking.ask
    if not records.claim(f"window:{window}"):
        return
    question = f"ask:{ask.answer}:{office.state.pseudonym(ask.asker)}"
    if not records.claim(f"answered:{question}"):
        office.say(by, note_message(ANSWERED))
        return
    if not _told(office, ask, answer_for_asker(ask, marking.question, by, note)):
        records.unclaim(f"answered:{question}")
        office.say(by, note_message(NOT_TOLD))
        return
    given = office.state.answers.find(ask.answer)
    for channel, ts in dict.fromkeys([(marking.channel, marking.ts), *office.state.copies.of(question)]):
        if office.state.channels.is_external(channel):
            continue  # what stands there was for our own staff, and more of it is not added
        found = _found(office, given, "" if channel.startswith("D") else channel)
        changed = posting.update(office.client, channel, ts, answered_post(ask, marking.question, found, by, note))
        if not isinstance(changed, Sent):
            _log.error("The post of an answered question was not changed: %s.", changed)


def _told(office: Office, ask: Ask, message: Message) -> bool:
    """Whether the asker was told, in their thread or else in a direct message."""
    for place in _ways_to(office, ask):
        match office.say(place.channel, message, place.thread_ts):
            case Sent():
                return True
            case Unclear(why):
                _log.warning("An asker may not have been told of an answer: %s.", why)
                return True
            case Refused(why):
                _log.warning("An asker could not be told of an answer in one place: %s.", why)
            case Later():
                _log.warning("An asker could not be told of an answer in one place: Slack put it off too often.")
    _log.error("An asker could not be told of an answer.")
    return False


def _ways_to(office: Office, ask: Ask) -> Iterator[Conversation]:
    if ask.channel and ask.thread and not office.state.channels.is_external(ask.channel):
        yield Conversation(ask.channel, ask.thread)
    yield Conversation(ask.asker, "")


def _tell(office: Office, press: Press, message: Message) -> None:
    """Say something to whoever pressed: in the window with the button, or else where only they see it."""
    if press.view.get("type") == "modal":
        office.client.views_update(view_id=press.view["id"], view=message_view(message))
    else:
        office.whisper(press, message)
