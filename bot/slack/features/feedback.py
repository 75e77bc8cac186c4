"""Whether an answer helped, and if not why. What people say is stored and written into no log."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from bot.database import LogUnusable
from bot.slack.faults import where_it_failed
from bot.slack.feedback import Opinion, Reason, Verdict
from bot.slack.office import Office
from bot.slack.types import Press, Submission
from bot.slack.views.feedback import COMMENT, COMMENT_CHARS, HELPFUL, REASON, REASONS, reason_view, thanks_view

NO_REASON = "Please choose a reason."
TOO_LONG = f"Please say it in at most {COMMENT_CHARS:,} characters."
NOT_STORED = "This could not be stored. Please send it again in a minute."

_log = logging.getLogger(__name__)


def rate(office: Office, press: Press) -> None:
    """Store a verdict; after one that is not good ask why. A later verdict takes the place of an earlier one.

    Thanks are said once, however often the same is pressed.
    """
    answer, _, said = press.value.rpartition(":")
    opinion = Opinion(answer, office.state.pseudonym(press.user), Verdict(said), time.time())
    if opinion.verdict is Verdict.UNHELPFUL:
        # Stored after the window is open, because a trigger lives for three seconds and the database may be slow.
        if office.open(press, reason_view(answer)):
            office.state.feedback.keep(opinion)
        return
    if office.state.feedback.keep(opinion):
        office.whisper(press, HELPFUL)


def say_why(office: Office, submission: Submission) -> Mapping[str, Any]:
    """Store why an answer did not help, and say thank you in the window."""
    reason = next((one for one in REASONS if one.value == submission.values.get(REASON)), None)
    comment = submission.values.get(COMMENT, "").strip()
    if reason is None:
        return _wrong(REASON, NO_REASON)
    if len(comment) > COMMENT_CHARS:
        return _wrong(COMMENT, TOO_LONG)
    answer, person = submission.about, office.state.pseudonym(submission.user)
    try:
        office.state.feedback.keep(Opinion(answer, person, Verdict.UNHELPFUL, time.time(), Reason(reason), comment))
        given = office.state.answers.find(answer)
    except LogUnusable as problem:
        _log.error("What somebody said about an answer was not stored: %s", where_it_failed(problem))
        return _wrong(REASON, NOT_STORED)
    can_ask = given is not None and office.rules.people_for(given.channel) is not None
    return {"response_action": "update", "view": thanks_view(answer if can_ask else "")}


def _wrong(block: str, sentence: str) -> Mapping[str, Any]:
    return {"response_action": "errors", "errors": {block: sentence}}
