"""The command line. Commands are thin: they read arguments, call the service and print what it returns."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

from bot import render, settings
from bot.answer.types import AnswerError, Turn
from bot.conversation import answer_lines
from bot.evaluate import PairsProblem
from bot.log import LogUnusable
from bot.service import HomeUnusable, Service
from bot.settings import Settings, SettingsProblem
from index.build import Progress
from index.types import IndexProblem
from knowledge.metadata import parse_assignments
from knowledge.types import BadMetadata, KnowledgeError

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

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def _show(*shown: RenderableType) -> None:
    out.print(*shown, sep="\n", crop=False, markup=False)


Words = Annotated[list[str], typer.Argument(help="The question.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@app.callback()
def main(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Folder of all state. [MERGER_BOT_HOME, else .merger-bot]", show_default=False)
    ] = None,
    no_bundled: Annotated[
        bool, typer.Option("--no-bundled", help="Begin a new home without the bundled briefings and known pairs.")
    ] = False,
) -> None:
    """Read the options that every command has."""
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


def _fail(message: str, code: int) -> None:
    err.print(message, style="red", markup=False)
    raise typer.Exit(code)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on stderr that appears with the first batch of passages."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("Encoding passages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Bar(*columns, console=err, transient=True) as bar:
        task = bar.add_task("", total=None, visible=False)
        yield lambda done, of: bar.update(task, completed=done, total=of, visible=True)


def _print_json(value: Any) -> None:  # noqa: ANN401 (anything that JSON can hold)
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:  # noqa: ANN401
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)


@app.command()
def ask(context: typer.Context, question: Words, as_json: AsJson = False) -> None:
    """Ask one question. With --json and a dash, read JSON lines: {"question": ..., "thread": ..., "today": ...}."""
    with _service(context) as service, _progress() as progress:
        if question == ["-"]:
            if not as_json:
                _fail("A dash reads JSON lines and needs --json. To ask one question, write it after `ask`.", 2)
            service.assistant(progress)
            if not answer_lines(service, sys.stdin, typer.echo):
                raise typer.Exit(1)
            return
        service.assistant(progress)
        said = service.ask(" ".join(question))
    _print_json(said) if as_json else _show(render.answer(said))


@app.command()
def chat(context: typer.Context) -> None:
    """Ask in a conversation; a question may lean on the one before. An empty line ends it."""
    with _service(context) as service:
        with _progress() as progress:
            service.assistant(progress)
        thread: list[Turn] = []
        while question := _typed():
            try:
                said = service.ask(question, thread)
            except AnswerError as problem:
                err.print(str(problem), style="red", markup=False)
                continue
            thread.append(Turn(question=said.question, answer=said.text))
            _show(render.answer(said), "")


def _typed() -> str:
    try:
        return out.input("[bold]> [/]").strip()
    except (EOFError, KeyboardInterrupt):
        return ""


@app.command()
def search(
    context: typer.Context,
    question: Words,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Show the passages found for a question, with their scores."""
    with _service(context) as service, _progress() as progress:
        service.assistant(progress)
        found = service.search(" ".join(question), k)
    if not as_json:
        _show(render.hits(found))
    for hit in found if as_json else ():
        _print_json(hit)


@documents_app.command("add")
def documents_add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Add files, or folders with their sources.yaml. `index update` then makes them answer."""
    with _service(context) as service:
        done = service.library.add(paths)
    if as_json:
        for outcome in done:
            _print_json(outcome)
    else:
        _show(render.outcomes(done))
        if any(outcome.status in ("added", "replaced", "kept") for outcome in done):
            _show("Run `merger-bot index update` to answer from them.")
    if any(outcome.status == "refused" for outcome in done):
        raise typer.Exit(1)


@documents_app.command("list")
def documents_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the documents of the library."""
    with _service(context) as service:
        known = service.library.sources()
    if not as_json:
        _show(render.sources(known))
    for source in known if as_json else ():
        _print_json(source)


@documents_app.command("show")
def documents_show(context: typer.Context, document: str, as_json: AsJson = False) -> None:
    """Show what was understood of a document: facts, outline, warnings."""
    with _service(context) as service:
        shown = service.library.document(document)
    _print_json(shown) if as_json else _show(render.document(shown))


@documents_app.command("remove")
def documents_remove(context: typer.Context, document: str) -> None:
    """Remove a document. `index update` then takes it out of the answers."""
    with _service(context) as service:
        gone = service.library.remove(document)
    _show(f"Removed {gone.id}. Run `merger-bot index update` to take it out of the answers.")


@documents_app.command("set")
def documents_set(
    context: typer.Context,
    document: str,
    facts: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", show_default=False)],
) -> None:
    """Say something about a document: title=..., publisher=..., published=2019-10, url=..., status=approved."""
    with _service(context) as service:
        source = service.library.set(document, parse_assignments(facts))
    _show(render.sources([source]))


@index_app.command("update")
def index_update(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Publish even if the known pairs fail.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build the index anew where documents changed, check it against the known pairs, publish it."""
    with _service(context) as service, _progress() as progress:
        done = service.update(dry_run, force, progress)
    if as_json:
        _print_json({"changes": done.changes, "manifest": done.manifest, "published": done.published})
    else:
        _show(render.updated(done))
        if not done.published and done.report is not None:
            _show(render.report(done.report))
    if done.manifest is not None and not done.published:
        raise typer.Exit(1)


@index_app.command("list")
def index_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the snapshots of the index, the newest first."""
    with _service(context) as service:
        known = service.store.snapshots()
    if not as_json:
        _show(render.snapshots(known))
    for snapshot in known if as_json else ():
        _print_json(snapshot)


@index_app.command("rollback")
def index_rollback(
    context: typer.Context, version: Annotated[str | None, typer.Argument(show_default=False)] = None
) -> None:
    """Make an older snapshot live again: the one given, or the newest sound one before the live one."""
    with _service(context) as service:
        live = service.store.rollback(version)
    _show(f"Live is now {live}.")


@index_app.command("verify")
def index_verify(
    context: typer.Context, version: Annotated[str | None, typer.Argument(show_default=False)] = None
) -> None:
    """Check every file of a snapshot against its checksum: the one given, or the live one."""
    with _service(context) as service:
        manifest = service.store.verify(version)
    _show(f"{manifest.version} is sound: {len(manifest.checksums)} files, {manifest.passages} passages.")


@app.command()
def evaluate(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Known pairs; else the home's.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask the known pairs and count what was right. Exit 1 under the gate."""
    with _service(context) as service, _progress() as progress:
        service.assistant(progress)
        report = service.evaluate(files or ())
    if not as_json:
        _show(render.report(report))
    for outcome in report.outcomes if as_json else ():
        _print_json(outcome)
    read: Settings = context.obj[0]
    if not report.passes(read.gate_right, read.gate_declined):
        err.print(f"Under the gate: {read.gate_right:.0%} right and {read.gate_declined:.0%} declined are asked for.")
        raise typer.Exit(1)


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
            slack_app = create_app(
                lambda text, thread: service.ask(text, thread, via="slack"),
                service.log.claim,
                bot_token=read.slack_bot_token.get_secret_value(),
                signing_secret=read.slack_signing_secret.get_secret_value(),
                api_url=read.slack_api_url,
                workers=read.workers,
            )
            with _progress() as progress:
                service.assistant(progress)
            if app_token := read.slack_app_token.get_secret_value():
                serve_socket(slack_app, app_token, stop=stop)
            else:
                serve_http(slack_app, read.host, read.port, stop=stop)
        except SlackProblem as problem:
            _fail(str(problem), 2)


if __name__ == "__main__":
    app()
