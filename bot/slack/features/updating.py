"""Documents sent to the bot, and the index brought up to date: tried first, then published or left."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.apart import run
from bot.incoming import Incoming, Waiting
from bot.order import Order, What
from bot.slack.blocks import note_message
from bot.slack.features.admins import is_refused, is_refused_to
from bot.slack.files import FileUnavailable, fetch
from bot.slack.office import Office
from bot.slack.posting import Sent, error_code
from bot.slack.types import Message, Press, Submission
from bot.slack.views.admin import (
    audience_value,
    facts_view,
    progress_message,
    received_message,
    report_message,
)
from bot.update import Step
from knowledge.metadata import parse_assignments
from knowledge.types import BadMetadata, KnowledgeError

MOST_FILES = 10
"""Of one message; each is read by a process of its own."""
UPDATE_SECONDS = 3.0
"""Between two changes of the message that shows how far it is; Slack takes 50 a minute."""
PENDING = "The index"
"""What is tried when no file is."""
BUSY_WITH_IT = "I am at it already."
LEFT = "Left as it was. Nothing has changed."

_log = logging.getLogger(__name__)


def file_sent(office: Office, body: Mapping[str, Any]) -> None:
    """Somebody sent files in a direct message: those of admins are read, and wait to be published."""
    event = body["event"]
    if event.get("channel_type") != "im" or event.get("bot_id") or not event.get("user"):
        return
    if not office.state.records.claim(f"files:{event['channel']}:{event['ts']}"):
        return
    place = event["channel"], event.get("thread_ts") or event["ts"]
    if refusal := is_refused_to(office, event["user"], "a file"):
        _post(office, place, note_message(refusal))
        return
    files = event.get("files") or ()
    for file in files[:MOST_FILES]:
        office.later(partial(_take, office, place, file))
    if len(files) > MOST_FILES:
        _post(office, place, note_message(f"I take {MOST_FILES} files at a time. Please send the others again."))


def _take(office: Office, place: tuple[str, str], file: Mapping[str, Any]) -> None:
    name = str(file.get("name") or "the file")
    channel, ts = _post(office, place, progress_message(f"Reading {name}", None, 0, 0))
    incoming = Incoming(office.home)
    try:
        waiting = incoming.take(name, fetch(office.client, file))
        told = received_message(waiting, datetime.now(UTC).date())
    except (FileUnavailable, KnowledgeError) as refused:
        told = note_message(str(refused))
    if not _change(office, channel, ts, told):
        _post(office, place, told)


def open_facts(office: Office, press: Press) -> None:
    """Ask for the facts of a file that waits."""
    if is_refused(office, press):
        return
    try:
        waiting = Incoming(office.home).get(press.value)
    except KnowledgeError as problem:
        office.whisper(press, note_message(str(problem)))
        return
    about = json.dumps({"waiting": waiting.id, "channel": press.channel, "ts": press.message.get("ts")})
    office.open(press, facts_view(waiting, _audiences(office, waiting), about))


def facts_sent(office: Office, sent: Submission) -> Mapping[str, Any] | None:
    """Keep the facts, if they can be true, and try what publishing would change."""
    if is_refused_to(office, sent.user, "the facts of a file"):
        return None
    about = json.loads(sent.about)
    try:
        waiting = Incoming(office.home).get(about["waiting"])
    except KnowledgeError as problem:
        return {"response_action": "errors", "errors": {next(iter(sent.values)): str(problem)}}
    values = {**sent.values, "audience": _chosen(sent.values.get("audience", ""), _audiences(office, waiting))}
    errors: dict[str, str] = {}
    for name, value in values.items():
        try:
            parse_assignments([f"{name}={value}"])
        except BadMetadata as problem:
            errors[name] = str(problem)
    if errors:
        return {"response_action": "errors", "errors": errors}
    said = parse_assignments([f"{name}={value}" for name, value in values.items()])
    try:
        waiting = Incoming(office.home).describe(about["waiting"], said)
    except KnowledgeError as problem:
        return {"response_action": "errors", "errors": {next(iter(sent.values)): str(problem)}}
    if office.state.records.claim(f"window:{sent.view}"):
        order = Order(what="trial", waiting=waiting.id, who=_who(office, sent.user))
        _line_up(office, (about["channel"], about["ts"]), order, waiting.name)
    return None


def try_out(office: Office, press: Press) -> None:
    """See what publishing a file, or what is pending without one, would change."""
    _begin(office, press, "trial")


def publish(office: Office, press: Press) -> None:
    """Publish a file, or what is pending without one."""
    _begin(office, press, "publish" if press.value else "update")


def leave(office: Office, press: Press) -> None:
    """Publish nothing; a file is thrown away."""
    if is_refused(office, press):
        return
    if press.value:
        try:
            Incoming(office.home).discard(press.value)
        except KnowledgeError as problem:
            office.whisper(press, note_message(str(problem)))
            return
    _change(office, press.channel, str(press.message["ts"]), note_message(LEFT))


def update_pending(office: Office, press: Press) -> None:
    """Try what is pending, in the direct messages of the admin who asked for it."""
    channel, ts = _post(office, (press.user, ""), progress_message(f"Trying out {PENDING.lower()}", None, 0, 0))
    order = Order(what="trial", who=_who(office, press.user))
    _line_up(office, (channel, ts), order, PENDING)
    if press.response_url:
        office.whisper(press, note_message("I am trying out what would change. See our direct messages."))


def roll_back(office: Office, press: Press) -> None:
    """Make an older index live again."""
    if is_refused(office, press):
        return
    order = Order(what="rollback", version=press.value, who=_who(office, press.user))
    if office.orders.setdefault(press.value, order) is not order:
        office.whisper(press, note_message(BUSY_WITH_IT))
        return
    office.whisper(press, progress_message(f"Going back to {press.value}", None, 0, 0), replace=True)

    def go_back() -> None:
        try:
            report = run(office.home, order, stop=office.stopping)
        finally:
            del office.orders[press.value]
        office.whisper(press, report_message(report, PENDING), replace=True)

    office.later(go_back)


def _begin(office: Office, press: Press, what: What) -> None:
    if is_refused(office, press):
        return
    channel, ts = press.channel, str(press.message["ts"])
    name = PENDING
    if press.value:
        try:
            name = Incoming(office.home).get(press.value).name
        except KnowledgeError as problem:
            office.whisper(press, note_message(str(problem)))
            return
    order = Order(what=what, waiting=press.value, who=_who(office, press.user))
    if not _line_up(office, (channel, ts), order, name):
        office.whisper(press, note_message(BUSY_WITH_IT))


def _line_up(office: Office, place: tuple[str, str], order: Order, name: str) -> bool:
    """Have it done when its turn comes; whether nothing is being done yet from the same message."""
    key = f"{place[0]}:{place[1]}"
    if office.orders.setdefault(key, order) is not order:
        return False

    def do() -> None:
        try:
            told = _carried_out(office, place, order, name)
        finally:
            # Before the report is shown, which has buttons of its own.
            del office.orders[key]
        if told is not None and not _change(office, *place, told):
            # The message has been deleted meanwhile, or could not be posted.
            _post(office, (place[0], ""), told)

    office.later(do)
    return True


def _carried_out(office: Office, place: tuple[str, str], order: Order, name: str) -> Message | None:
    """Have it done by another process and show how far it is; what came of it, or None if another bot is at it."""
    key = f"order:{place[0]}:{place[1]}"
    if not office.state.records.claim(key):
        return None
    try:
        doing = f"{'Trying out' if order.what == 'trial' else 'Publishing'} {name}"
        _change(office, *place, progress_message(doing, None, 0, 0))
        changed_at = time.monotonic()

        def progress(step: Step, done: int, of: int) -> None:
            nonlocal changed_at
            if time.monotonic() - changed_at >= UPDATE_SECONDS:
                _change(office, *place, progress_message(doing, step, done, of))
                changed_at = time.monotonic()

        report = run(office.home, order, progress, stop=office.stopping)
        return report_message(report, name, _still_waiting(office, order))
    finally:
        office.state.records.unclaim(key)


def _still_waiting(office: Office, order: Order) -> str:
    try:
        return Incoming(office.home).get(order.waiting).id if order.waiting else ""
    except KnowledgeError:
        return ""


def _post(office: Office, place: tuple[str, str], message: Message) -> tuple[str, str]:
    """Post a message into a thread, and return its channel and timestamp, which is empty if it may not be there."""
    told = office.say(place[0], message, place[1])
    if isinstance(told, Sent):
        return told.channel or place[0], told.ts
    _log.error("An admin was not told how an update stands: %s.", told)
    return place[0], ""


def _change(office: Office, channel: str, ts: str, message: Message) -> bool:
    """Give a message other words; whether that was possible."""
    if not ts:
        return False
    try:
        office.client.chat_update(channel=channel, ts=ts, **message)
    except SlackApiError as refused:
        _log.warning("A message to an admin could not be changed: %s.", error_code(refused))
        return False
    return True


def _audiences(office: Office, waiting: Waiting) -> list[str]:
    """Names of all audiences that there are: in the rules, of documents, and of what waits."""
    documents = office.desk.documents(frozenset(office.rules.audiences)).values()
    used = {document.source.audience for document in documents} | {one.audience for one in waiting.sources}
    return sorted({*office.rules.audiences, *used} - {""})


def _chosen(value: str, audiences: Sequence[str]) -> str:
    """The audience that was chosen; empty for all staff, and never that by mistake."""
    if value == audience_value(""):
        return ""
    return next((one for one in audiences if audience_value(one) == value), value)


def _who(office: Office, user: str) -> str:
    """For the record of updates, which outlives what is kept of persons."""
    return f"an admin in Slack ({office.state.pseudonym(user)[:8]})"
