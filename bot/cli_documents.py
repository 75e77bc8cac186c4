"""`merger-bot documents`: the commands that look after the documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import render_documents as render
from bot.command import AsJson, service_of
from bot.terminal import say, show, tell
from knowledge.metadata import parse_assignments

app = typer.Typer(no_args_is_help=True, help="Look after the documents.")

DocumentId = Annotated[str, typer.Argument(help="Its id, or the name of its file.", show_default=False)]


@app.command("add")
def documents_add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Add files, or folders with their sources.yaml. `index update` then makes them answer."""
    with service_of(context) as service:
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


@app.command("list")
def documents_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the documents of the library."""
    with service_of(context) as service:
        known = service.library.sources()
    say(as_json, known, lambda: render.sources(known))


@app.command("show")
def documents_show(context: typer.Context, document: DocumentId, as_json: AsJson = False) -> None:
    """Show what was understood of a document: facts, outline, warnings."""
    with service_of(context) as service:
        shown = service.library.document(document)
    say(as_json, [shown], lambda: render.document(shown))


@app.command("remove")
def documents_remove(context: typer.Context, document: DocumentId, as_json: AsJson = False) -> None:
    """Remove a document. `index update` then takes it out of the answers."""
    with service_of(context) as service:
        gone = service.library.remove(document)
    say(as_json, [gone], lambda: f"Removed {gone.id}. Run `merger-bot index update` to take it out of the answers.")


@app.command("set")
def documents_set(
    context: typer.Context,
    document: DocumentId,
    facts: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What is true of it.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Say something about a document: title=..., publisher=..., published=2019-10, url=..., status=approved."""
    with service_of(context) as service:
        source = service.library.set(document, parse_assignments(facts))
    say(as_json, [source], lambda: render.sources([source]))
