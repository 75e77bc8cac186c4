"""What the buttons under an answer open: a source, and all of an answer that is folded."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer.types import Citation
from bot.slack.answers import Given
from bot.slack.blocks import CLOSEST_MARK, whole_view
from bot.slack.office import Office
from bot.slack.types import Press
from bot.slack.views.source import gone_view, source_view


def open_source(office: Office, press: Press) -> None:
    """Show the place that a citation names, if whoever presses may read its document today."""
    given = office.given(press)
    if given is None:
        return
    cited, quoted = _cited(given, press.value.partition(":")[2])
    if cited is None:
        return
    document = office.readable(press).get(cited.document)
    office.open(press, source_view(document, cited, quoted) if document else gone_view())


def show_all(office: Office, press: Press) -> None:
    """Show all parts of a folded answer, if whoever presses may read all of its documents today."""
    given = office.given(press)
    if given is None:
        return
    readable = office.readable(press)
    closed = any(citation.document not in readable for citation in given.answer.citations)
    office.open(press, gone_view() if closed else whole_view(given.answer))


def _cited(given: Given, name: str) -> tuple[Citation | None, Sequence[Citation]]:
    """The citation that a button names, and all that stand with it in the answer."""
    near = name.startswith(CLOSEST_MARK)
    number = name.removeprefix(CLOSEST_MARK)
    citations = given.answer.closest if near else given.answer.citations
    if not number.isdecimal():
        return None, ()
    if near:
        place = int(number) - 1
        return (citations[place] if 0 <= place < len(citations) else None), citations
    return next((one for one in citations if one.number == int(number)), None), citations
