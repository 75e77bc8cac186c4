"""What was asked and not answered: shown to admins, and made known pairs of.

The channel of the admins is read by people who may not read every document, so not every question is for them. One that
was asked where more could be quoted than all staff may read (by somebody of HR in a direct message, in the channel of
an audience) can say by its mere words what is meant for few, however many of them asked it. It is shown only if the
same words were asked where no more could be quoted than that; otherwise it is counted. Why it was not answered is never
shown, for that was found in documents that not everybody may read. Of no question it is told who asked.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.answer.question import cleaned
from bot.evaluate import PairsProblem
from bot.home import Home
from bot.pairs import PairRefused, add_pair, check, new_pair
from bot.slack.answers import Given
from bot.slack.blocks import note_message
from bot.slack.features.admins import is_refused, is_refused_to
from bot.slack.office import Office
from bot.slack.posting import Sent
from bot.slack.types import Message, Press, Submission
from bot.slack.views.digest import (
    ANSWERED,
    EXPECTED,
    OPTIONS,
    QUESTION,
    SOURCE,
    WORDS,
    Wanted,
    Week,
    added_message,
    expected_words,
    pair_view,
    refused_message,
    week_message,
)
from bot.unanswered import Group, Unanswered
from knowledge.audience import FOR_ALL

WEEK = timedelta(days=7)
MOST_QUESTIONS = 2_000
"""Of a week that are put together, the newest: the time for it grows with the square."""
GONE = "This question is no longer kept. `merger-bot pairs add` makes a known pair of any question."

_log = logging.getLogger(__name__)


def questions_of(office: Office, until: datetime) -> Week:
    """What was asked in the seven days before a moment; takes seconds where much was not answered."""
    since = (until - WEEK).timestamp()
    given = office.state.answers.unanswered(since, until.timestamp())[-MOST_QUESTIONS:]
    groups = office.desk.grouped([_unanswered(one) for one in given])
    return week_of(given, groups, office.state.answers.count(since, until.timestamp()))


def week_of(given: tuple[Given, ...], groups: tuple[Group, ...], asked: int) -> Week:
    """What of the groups may be shown.

    Args:
        given: The answers that were none.
        groups: Of their questions.
        asked: How many questions there were, answered or not.
    """
    ids = {cleaned(one.answer.question): one.answer.id for one in given}
    open_to_all = {cleaned(one.answer.question) for one in given if not one.audience}
    wanted: list[Wanted] = []
    private = 0
    for group in groups:
        shown = [text for text in group.wordings if text in open_to_all]
        if not shown:
            private += group.questions
            continue
        first = shown[0]
        wanted.append(Wanted(first, ids[first], group.questions, group.askers, group.reason, tuple(shown[1:])))
    return Week(asked, tuple(wanted), private)


def _unanswered(given: Given) -> Unanswered:
    reason = "" if given.audience else given.answer.reason
    return Unanswered(given.answer.question, given.asker, datetime.fromtimestamp(given.said_at, UTC), reason)


def show(office: Office, press: Press) -> None:
    """Show an admin, and nobody else, what was asked and not answered in the last seven days."""
    if not is_refused(office, press):
        office.later(lambda: office.whisper(press, week_message(questions_of(office, datetime.now(UTC)))))


def open_pair(office: Office, press: Press) -> None:
    """Ask an admin how a right answer to a question can be told."""
    if is_refused(office, press):
        return
    given = office.state.answers.find(press.value)
    if given is None:
        office.whisper(press, note_message(GONE))
        return
    documents = office.desk.documents(FOR_ALL)
    titles = None
    if len(documents) <= OPTIONS:
        titles = {name: document.source.title for name, document in documents.items()}
    # Only what is posted has a timestamp, and a thread; what one person sees has neither.
    about = {"channel": press.channel, "ts": press.message["ts"]} if press.message.get("ts") else {}
    office.open(press, pair_view(given.answer.question, titles, json.dumps(about)))


def pair_sent(office: Office, sent: Submission) -> Mapping[str, Any] | None:
    """Check what was filled in, and add the pair after the window is closed.

    Only what the file of known pairs says is found out later, because a large one takes longer to read than a window
    may take to close: that the question is there already, or that the file cannot be written.
    """
    if is_refused_to(office, sent.user, "a known pair"):
        return None
    question, words = sent.values[QUESTION], expected_words(sent.values[WORDS])
    sources = tuple(filter(None, [sent.values[SOURCE].strip()]))
    answerable = sent.values[EXPECTED] == ANSWERED
    try:
        check(question, answerable, words, sources, office.desk.documents(FOR_ALL))
    except PairRefused as refused:
        return {"response_action": "errors", "errors": {refused.about or QUESTION: str(refused)}}
    if office.state.records.claim(f"window:{sent.view}"):
        office.later(partial(_add, office, sent, words, sources))
    return None


def _add(office: Office, sent: Submission, words: tuple[str, ...], sources: tuple[str, ...]) -> None:
    """Add a pair, and say what came of it in the thread of the digest, or to the admin alone."""
    question, file = sent.values[QUESTION], Home(office.home).pairs_file
    try:
        pair = new_pair(file, question, words, sources)
        add_pair(file, pair, office.desk.documents(FOR_ALL))
        told = added_message(office.desk.tried(pair))
    except (PairRefused, PairsProblem) as refused:
        told = refused_message(question, str(refused))
    _tell(office, sent, told)


def _tell(office: Office, sent: Submission, message: Message) -> None:
    about = json.loads(sent.about)
    if office.state.channels.is_external(about.get("channel", "")):
        about = {}
    told = office.say(about.get("channel", sent.user), message, about.get("ts", ""))
    if not isinstance(told, Sent):
        _log.error("An admin was not told of a known pair: %s.", told)
