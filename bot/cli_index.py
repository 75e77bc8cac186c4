"""`merger-bot index`: the commands that look after the index."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from bot.command import AsJson, fail, home_of, service_of
from bot.terminal import giving_way, progress_bar, say, show, tell

app = typer.Typer(no_args_is_help=True, help="Look after the index.")

Version = Annotated[str | None, typer.Argument(help="As `index list` shows it: v0003.", show_default=False)]


@app.command("update")
def index_update(
    context: typer.Context,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            metavar="",
            help="Publish nothing; all else is done, to say what would change, and takes as long.",
        ),
    ] = False,
    force: Annotated[bool, typer.Option("--force", metavar="", help="Publish even if the known pairs fail.")] = False,
    because: Annotated[str, typer.Option(help="Why it is forced; it is written down.", show_default=False)] = "",
    as_json: AsJson = False,
) -> None:
    """Build the index anew where documents changed, compare it with the live one by the known pairs, publish it."""
    because = _reason(force, because)
    from bot import render_update as render
    from bot.update import Orders

    with service_of(context) as service:
        shown = (lambda plan: None) if as_json else lambda plan: show(render.plan(plan))
        with giving_way(), progress_bar() as progress:
            done = service.update(Orders(dry_run, force, because, progress=progress, planned=shown))
    say(as_json, [render.plain(done)], lambda: render.updated(done))
    for one in done.unreadable:
        stays = " The version of it that the index holds stays." if one.kept else " It is not in the index."
        tell(f"{one.id}: {one.reason}{stays}")
    if not done.passes and dry_run:
        fail("It would not be published: the known pairs fail.", 1)
    if not done.passes and not done.published:
        told = "Not published: the known pairs fail. The index that was live stays. "
        fail(f'{told}`--force --because "..."` publishes all the same.', 1)
    if done.unreadable:
        raise typer.Exit(1)


def _reason(force: bool, because: str) -> str:
    """Why an update is forced, asked for on a terminal."""
    because = " ".join(because.split())
    if because and not force:
        fail("--because says why an update is forced. Give --force, too, or leave it out.", 2)
    if force and not because and sys.stdin.isatty():
        because = " ".join(str(typer.prompt("Why is it published even if the known pairs fail?", err=True)).split())
    if force and not because:
        fail('--force needs a reason, which is written down: --force --because "the pairs are out of date".', 2)
    return because


@app.command("list")
def index_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the snapshots of the index, the newest first, with who published them."""
    from bot import render_index as render

    with home_of(context) as home:
        known, record = home.store.snapshots(), home.record.entries()
    publishers = {entry.version: entry for entry in record if entry.published and entry.what != "rollback"}
    plain = [{**asdict(snapshot), "published_by": publishers.get(snapshot.version)} for snapshot in known]
    say(as_json, plain, lambda: render.snapshots(known, publishers))


@app.command("history")
def index_history(context: typer.Context, as_json: AsJson = False) -> None:
    """List what was done to the index, the newest first: by whom, when, and why if it was forced."""
    from bot import render_index as render

    with home_of(context) as home:
        record = home.record.entries()[::-1]
    say(as_json, record, lambda: render.history(record))


@app.command("rollback")
def index_rollback(context: typer.Context, version: Version = None, as_json: AsJson = False) -> None:
    """Make an older snapshot live again: the one given, or the newest sound one before the live one."""
    with service_of(context) as service:
        back = service.rollback(version)
    say(as_json, [back], lambda: f"Live is now {back.live}.")
    if back.stale:
        names = ", ".join(back.stale)
        tell(f"It has what was removed or withdrawn since, which nobody is quoted: {names}.", "yellow")


@app.command("verify")
def index_verify(context: typer.Context, version: Version = None, as_json: AsJson = False) -> None:
    """Check every file of a snapshot against its checksum: the one given, or the live one."""
    with home_of(context) as home:
        sound = home.store.verify(version)
    say(
        as_json,
        [sound],
        lambda: f"{sound.version} is sound: {len(sound.checksums)} files, {sound.passages} passages.",
    )
