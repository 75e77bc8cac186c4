"""`/merger admin ...` and the panel on the Home tab: how things stand, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from bot.home import Home
from bot.incoming import Incoming
from bot.record import Entry
from bot.slack.features import unanswered, updating
from bot.slack.features.admins import is_refused
from bot.slack.office import Office
from bot.slack.types import Block, Press
from bot.slack.views.panel import (
    Standing,
    documents_message,
    panel,
    snapshots_message,
    standing_message,
    words_message,
)

WEEK = timedelta(days=7)


def command(office: Office, press: Press) -> None:
    """Do what `/merger admin ...` says; `press.value` is what stands behind the word admin."""
    if is_refused(office, press):
        return
    word, _, rest = press.value.strip().partition(" ")
    todo = WORDS.get(word.lower())
    if todo is None:
        office.whisper(press, words_message(tuple(WORDS), word))
        return
    todo(office, press, rest.strip())


def pressed(office: Office, press: Press) -> None:
    """Do what a button of the panel says, as if its word had been typed."""
    command(office, press)


def home_blocks(office: Office, user: str) -> list[Block]:
    """The panel, for the Home tab of an admin; nothing for everybody else."""
    return panel(_standing(office)) if office.members.is_admin(user) else []


def _status(office: Office, press: Press, _: str) -> None:
    office.whisper(press, standing_message(_standing(office)))


def _documents(office: Office, press: Press, words: str) -> None:
    home = Home(office.home)
    indexed = office.desk.manifest().sources
    page = int(words) if words.isdecimal() and len(words) < 6 else 1
    office.whisper(press, documents_message(home.library.sources(), frozenset(indexed), page))


def _update(office: Office, press: Press, _: str) -> None:
    updating.update_pending(office, press)


def _rollback(office: Office, press: Press, _: str) -> None:
    office.whisper(press, snapshots_message(Home(office.home).store.snapshots()))


def _unanswered(office: Office, press: Press, _: str) -> None:
    unanswered.show(office, press)


WORDS: Mapping[str, Callable[[Office, Press, str], None]] = {
    "status": _status,
    "documents": _documents,
    "update": _update,
    "rollback": _rollback,
    "unanswered": _unanswered,
}


def _standing(office: Office) -> Standing:
    """How things stand now."""
    home = Home(office.home)
    manifest = office.desk.manifest()
    sources = home.library.sources()
    wanted = {source.id: home.library.digest(source) for source in sources if source.status != "withdrawn"}
    pending = [name for name, digest in wanted.items() if manifest.sources.get(name) != digest]
    now = datetime.now(UTC)
    not_answered = office.state.answers.unanswered((now - WEEK).timestamp(), now.timestamp())
    return Standing(
        version=manifest.version,
        updated=_published(home.record.entries(), manifest.version),
        created=manifest.created,
        passages=manifest.passages,
        documents=len(manifest.sources),
        limited=sum(1 for source in sources if source.audience),
        pending=tuple(pending) + tuple(name for name in manifest.sources if name not in wanted),
        waiting=tuple(one.name for one in Incoming(office.home).waiting()),
        unanswered=len(not_answered),
    )


def _published(entries: tuple[Entry, ...], version: str) -> Entry | None:
    """What is on record of the index that is live."""
    return next((one for one in reversed(entries) if one.version == version and one.what == "update"), None)
