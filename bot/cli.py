"""The command line. Commands are thin: they read arguments, call the service and print what it returns.

A command imports what it needs when it runs. At the top of this file, of the other `cli_*.py` and of `command.py`
stands only what it takes to read arguments and to print help, so that nobody waits for what another command needs.
(Groups that are loaded late would need their help texts twice: `--help` shows those of all.)
"""

from __future__ import annotations

import atexit
import gc
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from bot import cli_documents, cli_feedback, cli_index, cli_pairs
from bot.command import AsJson, fail, service_of, settings_of
from bot.terminal import forgive_characters, name_home, progress_bar, say, show, tell

if TYPE_CHECKING:
    from bot.answer.types import Turn
    from bot.evaluate import Report
    from bot.service import Service
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, questions among them
    help="Answers about the merger, from its documents.",
)
# A process that ends would look through all that was loaded for what it can free: a tenth of a second after an answer.
atexit.register(gc.freeze)

app.add_typer(cli_documents.app, name="documents")
app.add_typer(cli_index.app, name="index")
app.add_typer(cli_pairs.app, name="pairs")
app.command()(cli_feedback.feedback)

Words = Annotated[list[str], typer.Argument(help="The question.", show_default=False)]
Audiences = Annotated[
    list[str] | None,
    typer.Option(
        "--audience", metavar="NAME", help="Answer also from what is for this audience only.", show_default=False
    ),
]


@app.callback()
def main(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Folder of all state. [MERGER_BOT_HOME, else .merger-bot]", show_default=False)
    ] = None,
    no_bundled: Annotated[
        bool,
        typer.Option(
            "--no-bundled", metavar="", help="Begin a new home without the bundled briefings and known pairs."
        ),
    ] = False,
) -> None:
    """Read the options that every command has."""
    forgive_characters()
    name_home(home)
    context.call_on_close(partial(name_home, None))
    context.obj = home, not no_bundled


@app.command()
def ask(context: typer.Context, question: Words, audience: Audiences = None, as_json: AsJson = False) -> None:
    """Ask one question. With --json and a dash, read JSON lines: question, and if need be thread, today, audience."""
    if question == ["-"] and not as_json:
        fail("A dash reads JSON lines and needs --json. To ask one question, write it after `ask`.", 2)
    from bot import render
    from bot.conversation import answer_lines

    asking = frozenset(audience or ())
    with service_of(context) as service:
        with progress_bar() as progress:
            assistant = service.assistant(progress, asking)
        if question == ["-"]:
            if not answer_lines(service, sys.stdin.buffer, lambda line: typer.echo(line.encode()), asking):
                fail("Not every line could be answered; in the place of an answer stands what was wrong.", 1)
            return
        said = assistant.ask(" ".join(question))
        say(as_json, [said], lambda: render.answer(said), quoting=True)
        service.note(said)


@app.command()
def chat(context: typer.Context, audience: Audiences = None) -> None:
    """Ask in a conversation; a question may lean on the one before. An empty line ends it."""
    from bot import render
    from bot.answer.types import AnswerError, Turn

    with suppress(ImportError):
        import readline  # noqa: F401 (with it, arrow keys edit the line and bring back earlier ones)
    with service_of(context) as service, service.watch():
        with progress_bar() as progress:
            service.assistant(progress)
        thread: list[Turn] = []
        while question := _typed():
            try:
                said = service.ask(question, thread, audience=frozenset(audience or ()))
            except AnswerError as problem:
                tell(str(problem))
                continue
            thread.append(Turn(question=said.question, answer=said.text))
            show(render.answer(said), "", quoting=True)


def _typed() -> str:
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        typer.echo()
        return ""


@app.command()
def search(
    context: typer.Context,
    question: Words,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 5,
    audience: Audiences = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages found for a question, with their scores."""
    from bot import render

    with service_of(context) as service:
        with progress_bar() as progress:
            service.assistant(progress)
        found = service.search(" ".join(question), k, frozenset(audience or ()))
    say(as_json, found, lambda: render.hits(found), quoting=True)


@app.command()
def evaluate(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Known pairs; else the home's.", show_default=False)
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--report", help="Write the report as a page of HTML, too.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the known pairs and count what was right. Exit 1 under the gate."""
    from bot import render

    with service_of(context) as service:
        with progress_bar() as progress:
            service.assistant(progress)
        report = service.evaluate(files or ())
        asked = [file.name for file in files or (service.pairs_file,)]
    say(as_json, report.outcomes, lambda: render.report(report), quoting=True)
    read = settings_of(context)
    if page is not None:
        _write_page(page, service, report, asked, read)
    if not report.passes(read.gate_right, read.gate_declined):
        fail(f"Under the gate: {read.gate_right:.0%} right and {read.gate_declined:.0%} declined are asked for.", 1)


def _write_page(file: Path, service: Service, report: Report, asked: Sequence[str], gate: Settings) -> None:
    from bot.evaluate import holding_nothing_back
    from bot.report.page import About, page

    assistant = service.assistant()
    about = About(datetime.now(UTC), tuple(asked), assistant.index.manifest, gate.gate_right, gate.gate_declined)
    written = page(report, holding_nothing_back(assistant, report, service.limited), about)
    try:
        file.write_text(written, "utf-8")
    except OSError as problem:
        fail(f"The report cannot be written to {file}: {problem.strerror}. Name another file.", 1)


@app.command()
def slack(context: typer.Context) -> None:
    """Answer in Slack: Socket Mode if SLACK_APP_TOKEN is set, otherwise HTTP on 127.0.0.1:$PORT, /slack/events."""
    from bot.slack.app import create_app, serve_http, serve_socket
    from bot.slack.desk import ServiceDesk
    from bot.slack.limits import Limits
    from bot.slack.rules import load_rules
    from bot.slack.state import open_state

    read = settings_of(context)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with (
        service_of(context) as service,
        service.watch(),
        open_state(service.home, read.keep_questions_days) as state,
    ):
        slack_app = create_app(
            ServiceDesk(service),
            state,
            home=service.home,
            rules=load_rules(service.home),
            bot_token=read.slack_bot_token.get_secret_value(),
            signing_secret=read.slack_signing_secret.get_secret_value(),
            api_url=read.slack_api_url,
            workers=read.workers,
            limits=Limits(read.limit_person, read.limit_channel),
        )
        with progress_bar() as progress:
            service.assistant(progress)
        answering = f"Answering as @{slack_app.name} in {slack_app.team}, by"
        if app_token := read.slack_app_token.get_secret_value():
            serve_socket(slack_app, app_token, stop=stop, ready=lambda: tell(f"{answering} Socket Mode.", ""))
        else:
            serve_http(
                slack_app,
                read.host,
                read.port,
                stop=stop,
                ready=lambda address: tell(f"{answering} HTTP on {address}.", ""),
            )


if __name__ == "__main__":
    app()
