"""What the command line shows of the index: the snapshots, and what was done to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.render_pieces import counted, listed

if TYPE_CHECKING:
    from bot.record import Entry
    from index.store import Snapshot
    from index.types import Manifest


def snapshots(known: Sequence[Snapshot], publishers: Mapping[str, Entry]) -> RenderableType:
    """Snapshots of the index, the newest first, with who published them."""
    if not known:
        return Text("There is no index yet. Build it with `merger-bot index update`.", "yellow")
    lines: list[RenderableType] = []
    for snapshot in known:
        line = Text.assemble((snapshot.version, "bold"), ("  live", "bold green") if snapshot.live else "")
        if snapshot.manifest is not None:
            line.append(f"  {_built(snapshot.manifest)}")
        lines.append(line)
        if entry := publishers.get(snapshot.version):
            lines.append(Padding(Text(_by(entry), "dim"), (0, 0, 0, 4)))
        if snapshot.problem:
            lines.append(Padding(Text(snapshot.problem, "red"), (0, 0, 0, 4)))
    return Group(*lines)


def history(record: Sequence[Entry]) -> RenderableType:
    """What was done to the index, in the order given."""
    if not record:
        return Text("Nothing is on record yet.", "yellow")
    lines: list[RenderableType] = []
    for entry in record:
        what = f"{entry.what} {entry.version}".rstrip() if entry.published else f"{entry.what}, not published"
        lines.append(Text.assemble(f"{entry.when:%Y-%m-%d %H:%M} UTC  ", (what, "bold"), f"  {_by(entry)}"))
        if done := _done(entry):
            lines.append(Padding(Text(done, "dim"), (0, 0, 0, 4)))
    return Group(*lines)


def _by(entry: Entry) -> str:
    why = f", because: {entry.because}" if entry.because else ""
    return f"by {entry.who}{f', forced{why}' if entry.forced else ''}"


def _done(entry: Entry) -> str:
    ids = {"added": entry.added, "changed": entry.changed, "removed": entry.removed, "unreadable": entry.unreadable}
    parts = [f"{name} {listed(names)}" for name, names in ids.items() if names]
    if asked := entry.answerable + entry.unanswerable:
        parts.append(f"known pairs right {entry.right + entry.declined} of {asked}")
    return "; ".join(parts)


def _built(manifest: Manifest) -> str:
    counts = f"{counted(len(manifest.sources), 'document')}, {counted(manifest.passages, 'passage')}"
    return f"{manifest.created:%Y-%m-%d %H:%M} UTC, {counts}, {manifest.model}"
