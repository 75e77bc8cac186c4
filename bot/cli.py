"""The command line. Commands are thin: they read arguments, call the service and print what it returns."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Annotated, NoReturn

import typer

from bot import render, settings
from bot.answer.types import AnswerError, Turn
from bot.assistant import Assistant
from bot.conversation import answer_lines
from bot.evaluate import PairsProblem, Report, holding_nothing_back
from bot.log import LogUnusable
from bot.service import HomeUnusable, Service
from bot.settings import Settings, SettingsProblem
from bot.terminal import forgive_characters, progress_bar, say, show, tell
from index.types import IndexProblem
from knowledge.metadata import parse_assignments
from knowledge.types import BadMetadata, KnowledgeError

EVENTS_KEPT = timedelta(days=7)
"""How long it is remembered which Slack events were answered: Slack sends one again for minutes, not days."""
WRONG_USE = (AnswerError, BadMetadata, PairsProblem, SettingsProblem)
"""What the person who typed the command can put right: exit 2."""
REFUSED = (HomeUnusable, IndexProblem, KnowledgeError, LogUnusable)
"""What the state of home, documents or index forbids: exit 1."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, questions among them
    help="Answers about the merger, from its documents.",
)
documents_app = typer.Typer(no_args_is_help=True, help="Look after the documents.")
index_app = typer.Typer(no_args_is_help=True, help="Look after the index.")
app.add_typer(documents_app, name="documents")
app.add_typer(index_app, name="index")

Words = Annotated[list[str], typer.Argument(help="The question.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", metavar="", help="Print JSON and nothing else.")]
DocumentId = Annotated[str, typer.Argument(help="Its id, or the name of its file.", show_default=False)]
Version = Annotated[str | None, typer.Argument(help="As `index list` shows it: v0003.", show_default=False)]


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
    with _clear_errors():
        read = settings.load()
    context.obj = read.model_copy(update={"home": home} if home else {}), not no_bundled


@contextmanager
def _service(context: typer.Context) -> Iterator[Service]:
    """The service of the home, with every foreseen error said in a sentence on stderr."""
    read, bundled = context.obj
    with _clear_errors():
        service = Service(read.home, read, bundled)
        try:
            yield service
        finally:
            service.close()


@contextmanager
def _clear_errors() -> Iterator[None]:
    try:
        yield
    except WRONG_USE as problem:
        _fail(str(problem), 2)
    except REFUSED as problem:
        _fail(str(problem), 1)


def _fail(message: str, code: int) -> NoReturn:
    tell(message)
    raise typer.Exit(code)


@app.command()
def ask(context: typer.Context, question: Words, as_json: AsJson = False) -> None:
    """Ask one question. With --json and a dash, read JSON lines: {"question": ..., "thread": ..., "today": ...}."""
    if question == ["-"] and not as_json:
        _fail("A dash reads JSON lines and needs --json. To ask one question, write it after `ask`.", 2)
    with _service(context) as service:
        with progress_bar() as progress:
            service.assistant(progress)
        if question == ["-"]:
            if not answer_lines(service, sys.stdin.buffer, lambda line: typer.echo(line.encode())):
                _fail("Not every line could be answered; in the place of an answer stands what was wrong.", 1)
            return
        said = service.ask(" ".join(question))
    say(as_json, [said], lambda: render.answer(said))


@app.command()
def chat(context: typer.Context) -> None:
    """Ask in a conversation; a question may lean on the one before. An empty line ends it."""
    with suppress(ImportError):
        import readline  # noqa: F401 (with it, arrow keys edit the line and bring back earlier ones)
    with _service(context) as service:
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
    with _service(context) as service:
        with progress_bar() as progress:
            service.assistant(progress)
        found = service.search(" ".join(question), k)
    say(as_json, found, lambda: render.hits(found))


@documents_app.command("add")
def documents_add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Add files, or folders with their sources.yaml. `index update` then makes them answer."""
    with _service(context) as service:
        done = service.library.add(paths)
    refused = [outcome for outcome in done if outcome.status == "refused"]
    taken = [outcome for outcome in done if outcome.status != "refused"]
    if as_json or taken:
        say(as_json, done, lambda: render.outcomes(taken))
    for outcome in refused:
        tell(" ".join(outcome.messages))
    if not as_json and any(outcome.status != "duplicate" for outcome in taken):
        show("Run `merger-bot index update` to answer from them.")
    if refused:
        raise typer.Exit(1)


@documents_app.command("list")
def documents_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the documents of the library."""
    with _service(context) as service:
        known = service.library.sources()
    say(as_json, known, lambda: render.sources(known))


@documents_app.command("show")
def documents_show(context: typer.Context, document: DocumentId, as_json: AsJson = False) -> None:
    """Show what was understood of a document: facts, outline, warnings."""
    with _service(context) as service:
        shown = service.library.document(document)
    say(as_json, [shown], lambda: render.document(shown))


@documents_app.command("remove")
def documents_remove(context: typer.Context, document: DocumentId, as_json: AsJson = False) -> None:
    """Remove a document. `index update` then takes it out of the answers."""
    with _service(context) as service:
        gone = service.library.remove(document)
    say(as_json, [gone], lambda: f"Removed {gone.id}. Run `merger-bot index update` to take it out of the answers.")


@documents_app.command("set")
def documents_set(
    context: typer.Context,
    document: DocumentId,
    facts: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What is true of it.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Say something about a document: title=..., publisher=..., published=2019-10, url=..., status=approved."""
    with _service(context) as service:
        source = service.library.set(document, parse_assignments(facts))
    say(as_json, [source], lambda: render.sources([source]))


@index_app.command("update")
def index_update(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Only say what would change.")] = False,
    force: Annotated[bool, typer.Option("--force", metavar="", help="Publish even if the known pairs fail.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build the index anew where documents changed, check it against the known pairs, publish it."""
    with _service(context) as service, progress_bar() as progress:
        done = service.update(dry_run, force, progress)
    failures = done.report.failures if done.report else ()
    failed = [{"id": outcome.pair.id, "problem": outcome.problem} for outcome in failures]
    plain = {"changes": done.changes, "manifest": done.manifest, "published": done.published, "failed": failed}
    say(as_json, [plain], lambda: render.updated(done))
    if done.manifest is not None and not done.published:
        _fail("Not published: the known pairs fail. The index that was live stays. --force publishes all the same.", 1)


@index_app.command("list")
def index_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the snapshots of the index, the newest first."""
    with _service(context) as service:
        known = service.store.snapshots()
    say(as_json, known, lambda: render.snapshots(known))


@index_app.command("rollback")
def index_rollback(context: typer.Context, version: Version = None, as_json: AsJson = False) -> None:
    """Make an older snapshot live again: the one given, or the newest sound one before the live one."""
    with _service(context) as service:
        live = service.store.rollback(version)
    say(as_json, [{"live": live}], lambda: f"Live is now {live}.")


@index_app.command("verify")
def index_verify(context: typer.Context, version: Version = None, as_json: AsJson = False) -> None:
    """Check every file of a snapshot against its checksum: the one given, or the live one."""
    with _service(context) as service:
        sound = service.store.verify(version)
    say(
        as_json,
        [sound],
        lambda: f"{sound.version} is sound: {len(sound.checksums)} files, {sound.passages} passages.",
    )


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
    with _service(context) as service:
        with progress_bar() as progress:
            assistant = service.assistant(progress)
        report = service.evaluate(files or ())
        asked = [file.name for file in files or (service.pairs_file,)]
    say(as_json, report.outcomes, lambda: render.report(report))
    read: Settings = context.obj[0]
    if page is not None:
        _write_page(page, assistant, report, asked, read)
    if not report.passes(read.gate_right, read.gate_declined):
        _fail(f"Under the gate: {read.gate_right:.0%} right and {read.gate_declined:.0%} declined are asked for.", 1)


def _write_page(file: Path, assistant: Assistant, report: Report, asked: Sequence[str], gate: Settings) -> None:
    from bot.report.page import About, page  # with its drawings it costs a second that no other command pays

    about = About(datetime.now(UTC), tuple(asked), assistant.index.manifest, gate.gate_right, gate.gate_declined)
    written = page(report, holding_nothing_back(assistant, report), about)
    try:
        file.write_text(written, "utf-8")
    except OSError as problem:
        _fail(f"The report cannot be written to {file}: {problem.strerror}. Name another file.", 1)


@app.command()
def slack(context: typer.Context) -> None:
    """Answer in Slack: Socket Mode if SLACK_APP_TOKEN is set, otherwise HTTP on 127.0.0.1:$PORT, /slack/events."""
    from bot.slack.app import create_app, serve_http, serve_socket
    from bot.slack.types import SlackProblem

    read: Settings = context.obj[0]
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with _service(context) as service:
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
            _fail(str(problem), 2)


if __name__ == "__main__":
    app()
