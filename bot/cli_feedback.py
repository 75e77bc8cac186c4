"""`merger-bot feedback`: what staff said about the answers that they got in Slack."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.command import REFUSED, AsJson, clear_errors, fail, home_of, settings_of
from bot.terminal import say


def feedback(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="How far to look back.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Show what staff said about answers in Slack: counts, and each opinion with its question, newest first."""
    import time
    from contextlib import closing

    from bot import render_feedback as render
    from bot.slack.answers import Answers
    from bot.slack.conversations import DAY_SECONDS
    from bot.slack.feedback import Feedback, report
    from bot.slack.state import DATABASE

    keep_days = settings_of(context).keep_questions_days
    if not keep_days:
        fail("MERGER_BOT_KEEP_QUESTIONS_DAYS is 0, so that only the running bot knows what was said.", REFUSED)
    with home_of(context) as home, clear_errors():
        url = f"sqlite:///{home.home / DATABASE}"
        with closing(Feedback(url, keep_days)) as opinions, closing(Answers(url, keep_days)) as answers:
            said = report(opinions.since(time.time() - days * DAY_SECONDS), answers.find, days)
    say(as_json, [said], lambda: render.feedback(said), quoting=True)
