"""A Slack on loopback that refuses what Slack would refuse, and the people in it."""

from __future__ import annotations

from tests.bot.slack.fake.blocks import elements, message_problem, words_in
from tests.bot.slack.fake.live import live_markup
from tests.bot.slack.fake.modals import BOT_ID, BOT_USER
from tests.bot.slack.fake.payloads import NotPossible, event_body
from tests.bot.slack.fake.people import FakeSlack
from tests.bot.slack.fake.sockets import ACK_SECONDS, WAIT_SECONDS
from tests.bot.slack.fake.views import view_problem
from tests.bot.slack.fake.web import APP_TOKEN, BOT_TOKEN, NO_RESPONSE, Call, Failure, JsonObject
from tests.bot.slack.fake.wire import Delivery

__all__ = [
    "ACK_SECONDS",
    "APP_TOKEN",
    "BOT_ID",
    "BOT_TOKEN",
    "BOT_USER",
    "NO_RESPONSE",
    "WAIT_SECONDS",
    "Call",
    "Delivery",
    "Failure",
    "FakeSlack",
    "JsonObject",
    "NotPossible",
    "elements",
    "event_body",
    "live_markup",
    "message_problem",
    "view_problem",
    "words_in",
]
