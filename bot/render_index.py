"""What the command line shows of the index: what an update does and did, and the snapshots."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render import report, summary
from bot.render_pieces import counted
from bot.service import Updated
from index.store import Snapshot
from index.types import Changes, Manifest


def changes(planned: Changes) -> RenderableType:
    """What an update does to which documents."""
    lines = []
    for name, colour in (("added", "green"), ("changed", "yellow"), ("removed", "red"), ("kept", "dim")):
        ids: tuple[str, ...] = getattr(planned, name)
        lines.append(Text.assemble((f"{name:>8} {len(ids)}", colour), "  ", ", ".join(ids) if name != "kept" else ""))
    if planned.rebuild:
        lines.append(Text(f"Everything is read and cut anew: {planned.rebuild}.", "yellow"))
    return Group(*lines)


def updated(done: Updated) -> RenderableType:
    """What an update did, and what the known pairs said to it."""
    lines: list[RenderableType] = [changes(done.changes)]
    if done.manifest is None:
        return Group(*lines, Text("Nothing to do." if not done.changes else "Only planned; nothing was changed."))
    if done.published:
        if done.report is not None and done.report.outcomes:
            lines.append(summary(done.report))
        lines.append(Text(f"Published {done.manifest.version}: {done.manifest.passages} passages.", "bold green"))
    elif done.report is not None:
        lines.append(report(done.report))
    return Group(*lines)


def snapshots(known: Sequence[Snapshot]) -> RenderableType:
    """Snapshots of the index, the newest first."""
    if not known:
        return Text("There is no index yet. Build it with `merger-bot index update`.", "yellow")
    lines: list[RenderableType] = []
    for snapshot in known:
        line = Text.assemble((snapshot.version, "bold"), ("  live", "bold green") if snapshot.live else "")
        if snapshot.manifest is not None:
            line.append(f"  {_built(snapshot.manifest)}")
        lines.append(line)
        if snapshot.problem:
            lines.append(Padding(Text(snapshot.problem, "red"), (0, 0, 0, 4)))
    return Group(*lines)


def _built(manifest: Manifest) -> str:
    counts = f"{counted(len(manifest.sources), 'document')}, {counted(manifest.passages, 'passage')}"
    return f"{manifest.created:%Y-%m-%d %H:%M} UTC, {counts}, {manifest.model}"
