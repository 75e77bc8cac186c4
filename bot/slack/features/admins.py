"""Who looks after the documents, and what is said to everybody else."""

from __future__ import annotations

import logging

from bot.slack.blocks import note_message
from bot.slack.office import Office
from bot.slack.types import Press

NOBODY = "Nobody has been named yet to look after the documents in Slack: see slack.yaml in the README."
NOT_YOU = (
    "Sorry, that is for those who look after the documents. If something is missing or wrong in them, please tell one "
    "of them. I am happy to answer your questions."
)

_log = logging.getLogger(__name__)


def is_refused(office: Office, press: Press) -> bool:
    """Whether somebody may not do what only admins may; then they are told, and it is logged."""
    refusal = is_refused_to(office, press.user, press.action)
    if refusal:
        office.whisper(press, note_message(refusal))
    return bool(refusal)


def is_refused_to(office: Office, user: str, what: str) -> str:
    """What to tell somebody who is no admin; empty for an admin. The attempt is logged.

    Args:
        office: The running bot.
        user: Slack's id of the person.
        what: Was tried.
    """
    if office.members.is_admin(user):
        return ""
    _log.warning("Refused %s to somebody who is no admin (%s).", what, office.state.pseudonym(user)[:8])
    return NOT_YOU if office.rules.admins else NOBODY
