"""What admins see: a file that arrived, its facts to be checked, how far an update is, what it would do or has done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.incoming import Arrived, Waiting
from bot.order import Differs, Named, Report
from bot.slack.elements import (
    LABEL_CHARS,
    actions,
    bullets,
    button,
    clean,
    cut,
    escaped_within,
    modal,
    option,
    plain,
    rich,
    said,
    section,
    size,
    small,
    words,
)
from bot.slack.types import Block, Message
from bot.update import Step
from knowledge.types import Source, spoken_date

FACTS = "facts"
TRY = "try"
PUBLISH = "publish"
LEAVE = "leave"
"""What admins press; the value is the id of a file that waits, or nothing for what is pending without one."""
FACTS_WINDOW = "facts"

NAMES = 10
"""Documents named of a kind of change, of those that cannot be read, and of warnings."""
DIFFERENCES = 8
"""Known answers shown that would change."""
LINE_CHARS = 200
REPORT_CHARS = 9_000
"""Of all blocks of a report; what is too much is counted, not shown."""
BAR = 12
"""Steps of the bar that shows how far it is."""

DOING: dict[Step, str] = {
    "reading": "Reading documents",
    "exporting": "Preparing the model",
    "encoding": "Encoding passages",
    "asking": "Asking the known questions",
    "comparing": "Asking them of the index that is live",
}
STATUSES = ("none", "proposed", "approved", "superseded")
ALL_STAFF = "All staff"


def received_message(waiting: Waiting, today: date) -> Message:
    """A file that was checked and read: what it is, what is known of it, what is odd, and what to do next."""
    several = len(waiting.documents) > 1
    lines: list[Block] = [section([words("I have read "), words(_short(waiting.name), bold=True), words(".")])]
    for arrived, source in zip(waiting.documents[:NAMES], waiting.sources, strict=False):
        lines.append(section([words("\n"), words(_short(source.title), bold=True), words(f"\n{_kind(arrived)}")]))
        lines.append(bullets([words(f"{name}: "), words(value)] for name, value in _facts(source)))
    if len(waiting.documents) > NAMES:
        lines.append(section([words(f"… and {len(waiting.documents) - NAMES} more documents")]))
    odd = [*waiting.warnings, *waiting.doubts(today)]
    blocks = [rich(*lines), *(small(cut(f"⚠ {clean(one)}", LINE_CHARS * 2)) for one in odd[:NAMES])]
    new = any(one.becomes != "unchanged" for one in waiting.documents)
    todo = [button("Check the facts", FACTS, waiting.id, style="primary"), button("Leave it", LEAVE, waiting.id)]
    blocks.append(actions(*(todo if new else todo[1:])))
    what = f"{len(waiting.documents)} documents" if several else _short(waiting.sources[0].title)
    return Message(text=escaped_within(f"I have read {waiting.name}: {what}.", LINE_CHARS * 2), blocks=blocks)


def _kind(arrived: Arrived) -> str:
    becomes = {
        "added": "a new document",
        "changed": "a new version of a document that is there",
        "unchanged": "nothing new: the library has it already",
    }
    return f"{clean(arrived.format)}, {arrived.words:,} words, {becomes[arrived.becomes]}"


def _facts(source: Source) -> Iterator[tuple[str, str]]:
    yield "Publisher", _short(source.publisher) or "not known"
    yield "Date", spoken_date(source.published) if source.published else "not known"
    yield "For", _short(source.audience) or ALL_STAFF


def facts_view(waiting: Waiting, audiences: Sequence[str], about: str) -> Block:
    """A window that asks for the facts of a file.

    Args:
        waiting: The file, with what it says of itself.
        audiences: Names of the audiences that there are.
        about: `private_metadata`: where the file's message stands.
    """
    source = waiting.sources[0]
    # Of an archive, the one that not everybody may read: what is for few must not be opened to all by a preset.
    audience = next((one.audience for one in waiting.sources if one.audience), "")
    blocks = [
        _input("publisher", "Publisher", source.publisher, "Who speaks in it: staff see this with every quotation."),
        _input("published", "Date", source.published or "", "2019-10-21, 2019-10 or 2019, as exactly as it is known."),
        _choice(
            "audience",
            "Who may read it",
            [(audience_value(one), one or ALL_STAFF) for one in ("", *audiences)],
            audience_value(audience),
        ),
        _choice("status", "What it stands for", [(one, _status(one)) for one in STATUSES], source.status),
        _input("url", "Address", source.url, "Where staff find the original, if anywhere."),
    ]
    if len(waiting.documents) == 1:
        blocks.insert(0, _input("title", "Title", source.title, "As staff would call it.", optional=False))
    return modal("Facts", blocks, callback_id=FACTS_WINDOW, private_metadata=about, submit=plain("Try it out", 24))


def _status(status: str) -> str:
    names = {"none": "Information", "proposed": "A proposal, not decided", "approved": "A decision, approved"}
    return names.get(status, "Superseded by a newer document")


def _input(block: str, label: str, value: str, hint: str, optional: bool = True) -> Block:
    element = {"type": "plain_text_input", "action_id": block, "max_length": 500}
    return {
        "type": "input",
        "block_id": block,
        "optional": optional,
        "label": plain(label),
        "hint": plain(hint, LINE_CHARS),
        "element": element | ({"initial_value": cut(clean(value), 500)} if clean(value) else {}),
    }


def audience_value(audience: str) -> str:
    """What stands for an audience in the menu, where no name of one can be taken for all staff."""
    return f"={audience}"[:LABEL_CHARS] if audience else "all"


def _choice(block: str, label: str, choices: Sequence[tuple[str, str]], chosen: str) -> Block:
    options = [option(name, value) for value, name in choices]
    known = [one for one, (value, _) in zip(options, choices, strict=True) if value == chosen]
    element = {"type": "static_select", "action_id": block, "options": options[:100]}
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label),
        "element": element | {"initial_option": (known or options)[0]},
    }


def progress_message(what: str, step: Step | None, done: int, of: int) -> Message:
    """How far something is that takes long.

    Args:
        what: A sentence's beginning: `Trying out plan.pdf`.
        step: What is being done; None before the first.
        done: How much of the step.
        of: Of how much.
    """
    shown = [said(f"{_short(what)} …")]
    if step is not None:
        full = BAR * done // max(of, 1)
        shown.append(small(f"{'▰' * full}{'▱' * (BAR - full)} {DOING[step]}: {done:,} of {of:,}"))
    return Message(text=escaped_within(f"{what} …", LINE_CHARS), blocks=shown)


def report_message(report: Report, what: str, waiting: str = "") -> Message:
    """What an update would do or has done, and what can be done next.

    Args:
        report: Of a trial, or of what was published.
        what: Name of the file, or what the update is about.
        waiting: Id of the file if it still waits.
    """
    head = _headline(report)
    blocks = [rich(section([words(f"{_short(what)}: ", bold=True), words(cut(clean(head), 2_000))]))]
    for title, names in (("Added", report.added), ("Changed", report.changed), ("Removed", report.removed)):
        if names:
            blocks.append(rich(section([words(f"{title}: {len(names)}", bold=True)]), bullets(_named(names))))
    for one in report.unreadable[:NAMES]:
        kept = "The version that is live stays." if one.kept else "It is not in the index."
        blocks.append(small(cut(f"⚠ {one.id} cannot be read: {clean(one.reason)} {kept}", LINE_CHARS * 2)))
    if report.stale:
        blocks.append(
            rich(section([words("No longer quoted, as it was withdrawn or removed:")]), bullets(_named(report.stale)))
        )
    known = report.known
    if known.answerable + known.unanswerable:
        told = f"{known.right} of {known.answerable} right, {known.declined} of {known.unanswerable} declined."
        skipped = f" {known.skipped} not asked: their documents are not there." if known.skipped else ""
        blocks.append(small(f"Known questions: {told}{skipped}"))
    shown = _fitting(blocks, report.differences)
    blocks += shown
    if len(report.differences) > len(shown):
        blocks.append(small(f"… {len(report.differences) - len(shown)} more known answers would change."))
    elif report.what == "trial" and report.changes and not report.differences:
        blocks.append(small("No known answer would change."))
    if buttons := _next(report, waiting):
        blocks.append(actions(*buttons))
    return Message(text=escaped_within(f"{what}: {head}", 1_000), blocks=blocks)


def _headline(report: Report) -> str:
    if report.problem:
        return report.problem
    if report.what == "rollback":
        return f"back to {report.version}. Answers come from it within seconds."
    if report.what == "trial":
        if not report.changes:
            return "nothing would change, as the index is up to date."
        if not report.passes:
            return "it cannot be published, because too many of the known questions would be answered wrong."
        return "this is what would change. Nothing has been published yet."
    if report.published:
        return f"published as {report.version}. Answers come from it within seconds."
    return "nothing had to be done."


def _named(names: Sequence[Named]) -> Iterable[list[Block]]:
    yield from ([words(_short(one.title) or one.id)] for one in names[:NAMES])
    if len(names) > NAMES:
        yield [words(f"… and {len(names) - NAMES} more")]


def _fitting(blocks: Sequence[Block], differences: Sequence[Differs]) -> list[Block]:
    """Known answers that change, as many as there is room for."""
    shown: list[Block] = []
    for one in differences[:DIFFERENCES]:
        block = rich(
            section([words(f"{one.kind[0].upper()}{one.kind[1:]}: ", bold=True), words(_short(one.question))]),
            bullets(
                [
                    [words("Before: ", italic=True), words(_said(one.before))],
                    [words("Now: ", italic=True), words(_said(one.now))],
                ]
            ),
        )
        if size([*blocks, *shown, block]) > REPORT_CHARS:
            break
        shown.append(block)
    return shown


def _said(text: str) -> str:
    return cut(clean(text), LINE_CHARS) or "…"


def _next(report: Report, waiting: str) -> list[Block]:
    """What can be pressed: nothing after what is done."""
    if report.what == "trial" and report.changes and report.passes and not report.problem:
        buttons = [button("Publish", PUBLISH, waiting, style="primary")]
    elif report.problem and (waiting or report.what == "trial"):
        buttons = [button("Try again", TRY, waiting)]
    else:
        buttons = []
    still_waits = bool(waiting) and not report.published
    if still_waits:
        buttons.append(button("Change the facts", FACTS, waiting))
    if still_waits or buttons:
        buttons.append(button("Leave it", LEAVE, waiting))
    return buttons


def _short(text: str) -> str:
    return cut(clean(text), LINE_CHARS)
