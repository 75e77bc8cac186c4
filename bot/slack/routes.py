"""Who does what when somebody presses, sends a window, uses a command or a shortcut, or opens the app: in tables.

Everything is acknowledged within milliseconds. What is pressed or typed is followed after that; a window that is sent
is checked before, because what is wrong with it can only be shown in the acknowledgement. People of other workspaces,
who meet the bot in shared channels, get a sentence for whatever they press.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.slack.blocks import ASK_PERSON, FAILED, FEEDBACK, OPEN_SOURCE, SHARE, SHOW_ALL, note_message
from bot.slack.faults import where_it_failed
from bot.slack.features import admin, feedback, home, people, private, share, sources, unanswered, updating
from bot.slack.office import NOT_OURS, Office
from bot.slack.presses import press_in, submission_in
from bot.slack.types import Press, Submission
from bot.slack.views.admin import FACTS, FACTS_WINDOW, LEAVE, PUBLISH, TRY
from bot.slack.views.digest import MAKE_PAIR, PAIR_WINDOW
from bot.slack.views.feedback import WINDOW as REASON
from bot.slack.views.home import ASK, PROMPT, TURN
from bot.slack.views.panel import ADMIN, ROLL_BACK
from bot.slack.views.people import MARK_ANSWERED
from bot.slack.views.people import WINDOW as ANSWERED

Follow = Callable[[Office, Press], None]
Check = Callable[[Office, Submission], Mapping[str, Any] | None]
"""Returns what the acknowledgement is to say, as Slack documents it: None closes the window,
`{"response_action": "errors", "errors": {block_id: sentence}}` leaves it open."""
Notice = Callable[[Office, Mapping[str, Any]], None]
"""Gets the payload of the Events API."""

PRESSES: Mapping[str, Follow] = {
    OPEN_SOURCE: sources.open_source,
    SHOW_ALL: sources.show_all,
    SHARE: share.share,
    ADMIN: admin.pressed,
    FACTS: updating.open_facts,
    TRY: updating.try_out,
    PUBLISH: updating.publish,
    LEAVE: updating.leave,
    ROLL_BACK: updating.roll_back,
    ASK_PERSON: people.ask_person,
    MARK_ANSWERED: people.mark_answered,
    FEEDBACK: feedback.rate,
    PROMPT: home.ask,
    ASK: home.ask,
    TURN: home.turn,
    MAKE_PAIR: unanswered.open_pair,
}
"""By the `action_id` up to its colon. Buttons that only open an address are in no table."""
COMMANDS: Mapping[str, Follow] = {"admin": admin.command}
"""By the first word after the command, whose own name may be another one in each workspace; all else is a question.
The press has as its value what stands behind that word."""
SHORTCUTS: Mapping[str, Follow] = {private.FIND_ANSWER: private.find_answer}
"""By the `callback_id` in the manifest."""
WINDOWS: Mapping[str, Check] = {
    FACTS_WINDOW: updating.facts_sent,
    ANSWERED: people.answered,
    REASON: feedback.say_why,
    PAIR_WINDOW: unanswered.pair_sent,
}
"""By the `callback_id` of the view."""
EVENTS: Mapping[str, Notice] = {
    "message:file_share": updating.file_sent,
    "app_home_opened": home.opened,
}
"""By the type of the event, with the subtype after a colon if it has one. Questions are not here: see `listeners`."""

_log = logging.getLogger(__name__)


def follow(office: Office, body: Mapping[str, Any]) -> None:
    """Do what a press, a command or a shortcut asks for; never raises."""
    try:
        press = press_in(body)
        if "command" in body:
            press, todo = _commanded(press)
        else:
            todo = (PRESSES if body.get("actions") else SHORTCUTS).get(press.action)
    except Exception as error:
        _log.error("A press was not understood: %s", where_it_failed(error))
        return
    if todo is None:
        return
    try:
        if press.team == office.team:
            todo(office, press)
        else:
            _log.warning("Refused a press (%s) to somebody of another workspace.", press.action)
            office.whisper(press, note_message(NOT_OURS))
    except Exception as error:
        _log.error("A press (%s) was not followed: %s", press.action, where_it_failed(error))
        _say_so(office, press)


def _commanded(press: Press) -> tuple[Press, Follow | None]:
    word, _, rest = press.value.strip().partition(" ")
    command = COMMANDS.get(word.lower())
    return (replace(press, value=rest.strip()), command) if command else (press, private.ask)


def check(office: Office, body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Take a window that was sent, and return what its acknowledgement says; never raises."""
    blocks: list[str] = []
    try:
        submission = submission_in(body)
        blocks = list(submission.values)
        todo = WINDOWS.get(submission.callback) if submission.team == office.team else None
        return todo(office, submission) if todo else None
    except Exception as error:
        _log.error("A window was not taken: %s", where_it_failed(error))
        # It stays open, so that nobody has to fill it in again.
        return {"response_action": "errors", "errors": {blocks[0]: FAILED}} if blocks else None


def notice(office: Office, body: Mapping[str, Any]) -> None:
    """Do what an event asks for besides answering; never raises."""
    try:
        event = body["event"]
        subtype = f":{event['subtype']}" if event.get("subtype") else ""
        if todo := EVENTS.get(f"{event['type']}{subtype}"):
            todo(office, body)
    except Exception as error:
        _log.error("An event was not followed: %s", where_it_failed(error))


def _say_so(office: Office, press: Press) -> None:
    try:
        office.whisper(press, note_message(FAILED))
    except Exception as error:
        _log.error("Nobody could be told: %s", where_it_failed(error))
