"""What Slack refuses in modals and home tabs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.views import View

from tests.bot.slack.fake.blocks import HOME, MODAL, blocks_problem
from tests.bot.slack.fake.elements import text_problems

MAX_DEPTH = 3
"""Modals on top of each other."""
MAX_VIEW_BYTES = 250_000

_COMMON = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
_FIELDS = {
    HOME: _COMMON,
    MODAL: _COMMON | {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"},
}
_LENGTHS = {
    "private_metadata": View.private_metadata_max_length,
    "callback_id": View.callback_id_max_length,
    "external_id": 255,
}
_TITLES = {"title": View.title_max_length, "submit": View.submit_max_length, "close": View.close_max_length}


def view_problem(view: object) -> str:
    """Why Slack would refuse a modal or home view; empty if it would not."""
    return next(_problems(view), "")


def _problems(view: object) -> Iterator[str]:
    if not isinstance(view, dict) or view.get("type") not in _FIELDS:
        yield f"a view is of type modal or home, not {view.get('type') if isinstance(view, dict) else view!r}"
        return
    for name in sorted(view.keys() - _FIELDS[view["type"]]):
        yield f"invalid additional property {name} of a {view['type']}"
    for name, most in _LENGTHS.items():
        value = view.get(name, "")
        if not isinstance(value, str) or len(value) > most:
            yield f"{name} must be text of at most {most} characters"
    if view["type"] == MODAL:
        yield from _modal_problems(view)
    if problem := blocks_problem(view.get("blocks"), view["type"]):
        yield problem
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        yield "view_too_large"


def _modal_problems(view: dict[str, Any]) -> Iterator[str]:
    if "title" not in view:
        yield "modal without title"
    for name, most in _TITLES.items():
        if view.get(name) is not None:
            for problem in text_problems(view[name], most, {"plain_text"}):
                yield f"{name}: {problem}"
    if not view.get("blocks"):
        yield "modal without blocks"
    elif not view.get("submit") and any(isinstance(b, dict) and b.get("type") == "input" for b in view["blocks"]):
        yield "modal with input blocks but without submit"
