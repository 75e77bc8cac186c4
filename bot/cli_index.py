"""`merger-bot index`: the commands that look after the index."""

from __future__ import annotations

from typing import Annotated

import typer

from bot import render_index as render
from bot.command import AsJson, fail, service_of
from bot.terminal import progress_bar, say

app = typer.Typer(no_args_is_help=True, help="Look after the index.")

Version = Annotated[str | None, typer.Argument(help="As `index list` shows it: v0003.", show_default=False)]


@app.command("update")
def index_update(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", metavar="", help="Only say what would change.")] = False,
    force: Annotated[bool, typer.Option("--force", metavar="", help="Publish even if the known pairs fail.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build the index anew where documents changed, check it against the known pairs, publish it."""
    with service_of(context) as service, progress_bar() as progress:
        done = service.update(dry_run, force, progress)
    failures = done.report.failures if done.report else ()
    failed = [{"id": outcome.pair.id, "problem": outcome.problem} for outcome in failures]
    plain = {"changes": done.changes, "manifest": done.manifest, "published": done.published, "failed": failed}
    say(as_json, [plain], lambda: render.updated(done))
    if done.manifest is not None and not done.published:
        fail("Not published: the known pairs fail. The index that was live stays. --force publishes all the same.", 1)


@app.command("list")
def index_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the snapshots of the index, the newest first."""
    with service_of(context) as service:
        known = service.store.snapshots()
    say(as_json, known, lambda: render.snapshots(known))


@app.command("rollback")
def index_rollback(context: typer.Context, version: Version = None, as_json: AsJson = False) -> None:
    """Make an older snapshot live again: the one given, or the newest sound one before the live one."""
    with service_of(context) as service:
        live = service.store.rollback(version)
    say(as_json, [{"live": live}], lambda: f"Live is now {live}.")


@app.command("verify")
def index_verify(context: typer.Context, version: Version = None, as_json: AsJson = False) -> None:
    """Check every file of a snapshot against its checksum: the one given, or the live one."""
    with service_of(context) as service:
        sound = service.store.verify(version)
    say(
        as_json,
        [sound],
        lambda: f"{sound.version} is sound: {len(sound.checksums)} files, {sound.passages} passages.",
    )
