"""The command line. Commands are thin: they read arguments, call the service and print what it returns."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from bot import cli_documents, cli_index, render, settings
from bot.answer.types import AnswerError, Turn
from bot.assistant import Assistant
from bot.command import AsJson, clear_errors, fail, service_of
from bot.conversation import answer_lines
from bot.evaluate import Report, holding_nothing_back
from bot.settings import Settings
from bot.terminal import forgive_characters, progress_bar, say, show, tell

EVENTS_KEPT = timedelta(days=7)
"""How long it is remembered which Slack events were answered: Slack sends one again for minutes, not days."""
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, questions among them
    help="Answers about the merger, from its documents.",
)
app.add_typer(cli_documents.app, name="documents")
app.add_typer(cli_index.app, name="index")

Words = Annotated[list[str], typer.Argument(help="The question.", show_default=False)]


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
    with clear_errors():
        read = settings.load()
    context.obj = read.model_copy(update={"home": home} if home else {}), not no_bundled


@app.command()
def ask(context: typer.Context, question: Words, as_json: AsJson = False) -> None:
    """Ask one question. With --json and a dash, read JSON lines: {"question": ..., "thread": ..., "today": ...}."""
    if question == ["-"] and not as_json:
        fail("A dash reads JSON lines and needs --json. To ask one question, write it after `ask`.", 2)
    with service_of(context) as service:
        with progress_bar() as progress:
            service.assistant(progress)
        if question == ["-"]:
            if not answer_lines(service, sys.stdin.buffer, lambda line: typer.echo(line.encode())):
                fail("Not every line could be answered; in the place of an answer stands what was wrong.", 1)
            return
        said = service.ask(" ".join(question))
    say(as_json, [said], lambda: render.answer(said))


@app.command()
def chat(context: typer.Context) -> None:
    """Ask in a conversation; a question may lean on the one before. An empty line ends it."""
    with suppress(ImportError):
        import readline  # noqa: F401 (with it, arrow keys edit the line and bring back earlier ones)
    with service_of(context) as service, service.watch():
        with progress_bar() as progress:
            service.assistant(progress)
        thread: list[Turn] = []
        while question := _typed():
            try:
                said = service.ask(question, thread)
            except AnswerError as problem:
                tell(str(problem))
                continue
            thread.append(Turn(question=said.question, answer=said.text))
            show(render.answer(said), "")


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
    as_json: AsJson = False,
) -> None:
    """Show the passages found for a question, with their scores."""
    with service_of(context) as service:
        with progress_bar() as progress:
            service.assistant(progress)
        found = service.search(" ".join(question), k)
    say(as_json, found, lambda: render.hits(found))


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
    with service_of(context) as service:
        with progress_bar() as progress:
            assistant = service.assistant(progress)
        report = service.evaluate(files or ())
        asked = [file.name for file in files or (service.pairs_file,)]
    say(as_json, report.outcomes, lambda: render.report(report))
    read: Settings = context.obj[0]
    if page is not None:
        _write_page(page, assistant, report, asked, read)
    if not report.passes(read.gate_right, read.gate_declined):
        fail(f"Under the gate: {read.gate_right:.0%} right and {read.gate_declined:.0%} declined are asked for.", 1)


def _write_page(file: Path, assistant: Assistant, report: Report, asked: Sequence[str], gate: Settings) -> None:
    from bot.report.page import About, page  # with its drawings it costs a second that no other command pays

    about = About(datetime.now(UTC), tuple(asked), assistant.index.manifest, gate.gate_right, gate.gate_declined)
    written = page(report, holding_nothing_back(assistant, report), about)
    try:
        file.write_text(written, "utf-8")
    except OSError as problem:
        fail(f"The report cannot be written to {file}: {problem.strerror}. Name another file.", 1)


@app.command()
def slack(context: typer.Context) -> None:
    """Answer in Slack: Socket Mode if SLACK_APP_TOKEN is set, otherwise HTTP on 127.0.0.1:$PORT, /slack/events."""
    from bot.slack.app import create_app, serve_http, serve_socket
    from bot.slack.types import SlackProblem

    read: Settings = context.obj[0]
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with service_of(context) as service, service.watch():
        try:
            service.log.forget_events(older_than=EVENTS_KEPT)
            slack_app = create_app(
                lambda text, thread: service.ask(text, thread, via="slack"),
                service.log.claim,
                bot_token=read.slack_bot_token.get_secret_value(),
                signing_secret=read.slack_signing_secret.get_secret_value(),
                api_url=read.slack_api_url,
                workers=read.workers,
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
        except SlackProblem as problem:
            fail(str(problem), 2)


if __name__ == "__main__":
    app()
