"""What happens when somebody opens the app: the Home tab, and questions to begin with above the conversation."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.answer.types import AnswerError
from bot.slack.blocks import FAILED, HOW_TO_ASK, answer_message, note_message
from bot.slack.faults import where_it_failed
from bot.slack.features import admin
from bot.slack.limits import TOO_MANY_OF_YOU
from bot.slack.office import Office
from bot.slack.types import Block, Message, Press
from bot.slack.views.home import ASK, Front, home_view, shelf
from bot.slack.views.window import answer_view, looking_view

_log = logging.getLogger(__name__)


def opened(office: Office, body: Mapping[str, Any]) -> None:
    """Publish the Home tab for whoever opens it, or suggest questions to whoever opens the conversation."""
    event = body["event"]
    if event.get("tab") == "home":
        office.soon(partial(_publish, office, event["user"]))
    elif event.get("tab") == "messages":
        office.soon(partial(_suggest, office, event["channel"], event["user"]))


def turn(office: Office, press: Press) -> None:
    """Show another page of the documents."""
    office.soon(partial(_publish, office, press.user, int(press.value)))


def ask(office: Office, press: Press) -> None:
    """Answer a question that was pressed or typed, in a window: opened at once, for a press is soon too old."""
    question = press.value or _typed(press)
    if window := office.open(press, looking_view(question)):
        office.soon(partial(_answer, office, press, question, window))


def _typed(press: Press) -> str:
    held = press.view.get("state", {}).get("values", {}).get(ASK, {}).get(ASK, {})
    return str(held.get("value") or "").strip()


def _publish(office: Office, user: str, page: int = 1) -> None:
    sources = office.desk.sources(office.members.audience(office.state.pseudonym(user)))
    manifest = office.desk.manifest()
    front = Front(
        shelf=shelf(sources.values()),
        updated=manifest.created.astimezone(office.rules.zone).date(),
        prompts=office.desk.prompts(),
        page=page,
        keep_days=office.state.keep_days,
        people=office.rules.people,
    )
    office.client.views_publish(user_id=user, view=home_view(front, _for_admins(office, user)))


def _for_admins(office: Office, user: str) -> list[Block]:
    """The panel of an admin; what goes wrong with it must not take the rest away."""
    try:
        return admin.home_blocks(office, user)
    except Exception as error:
        _log.error("The panel of an admin cannot be shown: %s", where_it_failed(error))
        return []


def _suggest(office: Office, channel: str, user: str) -> None:
    office.suggestions.show(channel, office.state.pseudonym(user), office.desk.prompts())


def _answer(office: Office, press: Press, question: str, window: str) -> None:
    """Put the answer into a window, or what is wrong; whoever waits there must see something."""
    try:
        message = _reply(office, press, question)
    except AnswerError as refused:
        message = note_message(str(refused))
    except Exception as error:
        _log.error("A question in a window was not answered: %s", where_it_failed(error))
        message = note_message(FAILED)
    office.client.views_update(view_id=window, view=answer_view(question, message["blocks"]))


def _reply(office: Office, press: Press, question: str) -> Message:
    if not question:
        return note_message(HOW_TO_ASK)
    asker = office.state.pseudonym(press.user)
    refusal = office.limiter.refusal(asker, asker, time.monotonic())
    if refusal is not None:
        return note_message(refusal or TOO_MANY_OF_YOU)
    answer = office.answered(question, asker, office.members.audience(asker)).answer
    _log.info("Answered %s in %.0f ms.", answer.id, answer.took_ms)
    # Slack has no place for thumbs in a window.
    return answer_message(answer, replace(office.offers(answer, ""), feedback=False))
