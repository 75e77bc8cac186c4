"""`merger-bot documents`: the commands that look after the documents."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command import AsJson, fail, home_of, service_of
from bot.terminal import say, show, tell

if TYPE_CHECKING:
    from knowledge.library import Library
    from knowledge.types import Document

app = typer.Typer(no_args_is_help=True, help="Look after the documents.")

_PURGE = "Take {} out of documents, answers, snapshots and log, so that nothing brings it back?"

DocumentId = Annotated[str, typer.Argument(help="Its id, or the name of its file.", show_default=False)]


@app.command("add")
def documents_add(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Files, archives or folders.", show_default=False)],
    ocr: Annotated[bool, typer.Option("--ocr", metavar="", help="Read pages that are pictures by OCR.")] = False,
    no_questions: Annotated[
        bool, typer.Option("--no-questions", metavar="", help="Do not ask for what is missing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add files, archives, or folders with their sources.yaml. `index update` then makes them answer."""
    from bot import render_documents as render
    from knowledge.types import Metadata

    with home_of(context) as home:
        library = home.library
        done = library.add(paths, Metadata(ocr=True) if ocr else Metadata())
        refused = [outcome for outcome in done if outcome.status == "refused"]
        taken = [outcome for outcome in done if outcome.status != "refused"]
        if as_json or taken:
            say(as_json, done, lambda: render.outcomes(taken))
        for outcome in refused:
            tell(" ".join(outcome.messages))
        if len(done) > 1 and not as_json:
            show(render.tally(done))
        new = [outcome.source.id for outcome in taken if outcome.source and outcome.status in ("added", "replaced")]
        _follow_up(library, new, as_json, asking=not (as_json or no_questions) and _is_terminal())
    if not as_json and any(outcome.status != "duplicate" for outcome in taken):
        show("Run `merger-bot index update` to answer from them.")
    if refused:
        raise typer.Exit(1)


def _follow_up(library: Library, new: Sequence[str], as_json: bool, asking: bool) -> None:
    """Warn of dates that can hardly be, and ask for what is missing or say how to give it."""
    from bot import followup
    from bot.render_pieces import uncut

    followup.warn(library, new, date.today())
    if asking and len(new) <= followup.MOST_ASKED_ABOUT:
        followup.ask(library, new, date.today())
    elif commands := followup.commands(library, new):
        told = "What is not known yet can be said at any time:"
        if as_json:
            tell("\n".join((told, *commands)), "")
        else:
            show(told, uncut(commands))


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


@app.command("list")
def documents_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the documents of the library."""
    from bot import render_documents as render
    from bot.render_pieces import uncut

    with home_of(context) as home:
        known = home.library.sources()
    say(as_json, known, lambda: render.sources(known))
    if not as_json and (hint := render.undated(known)):
        show(uncut([hint]))


@app.command("show")
def documents_show(
    context: typer.Context,
    document: DocumentId,
    full: Annotated[bool, typer.Option("--full", metavar="", help="Show every block.")] = False,
    page: Annotated[
        Path | None, typer.Option("--html", help="Write the whole text as a page of HTML.", show_default=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what was understood of a document: facts, what is missing, outline, dates, warnings."""
    from bot import render_documents as render
    from bot.render_pieces import uncut

    with home_of(context) as home:
        shown = home.library.document(document)
        known = home.library.sources()
        if page is not None:
            _write_page(page, shown, home.library)
    written = f"What was understood of {shown.source.id} is in {page}."
    say(as_json, [shown], lambda: uncut([written]) if page else render.document(shown, known, date.today(), full))


def _write_page(file: Path, shown: Document, library: Library) -> None:
    from bot.report.document import page

    written = page(shown, library.sources(), date.today())
    try:
        file.write_text(written, "utf-8", errors="replace")
    except OSError as problem:
        fail(f"The page cannot be written to {file}: {problem.strerror}. Name another file.", 1)


@app.command("remove")
def documents_remove(
    context: typer.Context,
    document: DocumentId,
    purge: Annotated[
        bool, typer.Option("--purge", metavar="", help="At once from the index, all snapshots and the log, too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Purge without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a document: nothing is quoted from it any more. --purge takes it out of everything that holds it."""
    from bot import followup
    from bot.render_pieces import uncut

    if purge:
        if not yes and sys.stdin.isatty() and not typer.confirm(_PURGE.format(document), err=True):
            fail("Nothing was purged.", 1)
        with service_of(context) as service:
            stays = followup.came_with(document, service.library.sources())
            said = (*service.purge(document), *stays)
        say(as_json, [{"purged": document, "messages": said}], lambda: uncut(said))
        return
    with home_of(context) as home:
        stays = followup.came_with(document, home.library.sources())
        gone = home.library.remove(document)
    done = f"Removed {gone.id}. Nobody is quoted it any more; `merger-bot index update` takes it out of the index."
    say(as_json, [gone], lambda: uncut([done, *stays]))


@app.command("set")
def documents_set(
    context: typer.Context,
    document: DocumentId,
    facts: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What is true of it.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Say something about a document: title=..., publisher=..., published=2019-10, supersedes=ID."""
    from bot import followup
    from bot import render_documents as render
    from knowledge.metadata import parse_assignments
    from knowledge.versions import check_supersedes

    with home_of(context) as home:
        library = home.library
        said = parse_assignments(facts)
        known = library.sources()
        id = next((source.id for source in known if document in (source.id, source.file)), document)
        check_supersedes(id, said.supersedes or (), known)
        source = library.set(document, said)
        say(as_json, [source], lambda: render.sources([source], library.sources()))
        followup.warn(library, [source.id], date.today())
        for command in followup.replacing(library, [source.id]):
            tell(f"It looks like a version of another document. If the newer replaces the older: {command}", "yellow")
