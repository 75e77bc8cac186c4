"""Markdown and plain text as people type them, an archive of both, and Outlook messages with plain or HTML body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from random import Random
from textwrap import fill
from zipfile import ZIP_DEFLATED, ZipFile

from tests.benchmarks.made_files import papers, web
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import (
    Element,
    Grid,
    Heading,
    Kind,
    Listing,
    MadeFile,
    Para,
    Part,
    Truth,
    parts_of,
)
from tests.benchmarks.made_files.word import Way, packed, write
from tests.knowledge.readers.ole import Values, attachments, compound, message

_WIDTH = 78  # characters in a line of a typed text
_SUBJECT, _CLASS, _SENDER, _ADDRESS, _SENT = 0x37, 0x1A, 0xC1A, 0xC1F, 0x39
_BODY, _HTML, _CODEPAGE = 0x1000, 0x1013, 0x3FDE
_DATA, _LONG_NAME = 0x3701, 0x3707
_UTF8 = 65001
_SENT_TIME = 132_160_000_000_000_000  # tenths of microseconds since 1601


def markdown(elements: Iterable[Element]) -> str:
    """The elements as Markdown; it has no merged cells, so these are filled."""
    return "\n\n".join(_markdown(element) for element in elements) + "\n"


def _markdown(element: Element) -> str:
    match element:
        case Heading(text, level):
            return f"{'#' * level} {text}"
        case Para(text):
            return text
        case Listing(items, ordered):
            return "\n".join(
                f"{'   ' * (level - 1)}{'1.' if ordered and level == 1 else '-'} {text}" for level, text in items
            )
        case Grid():
            head, *rows = (f"| {' | '.join(row)} |" for row in element.filled())
            return "\n".join((head, "|" + " --- |" * len(element.rows[0]), *rows))


def typed(elements: Iterable[Element]) -> str:
    """The elements as a text file: lines of one width, headings in capitals or underlined, tables with tabs."""
    return "\n\n".join(_typed(element) for element in elements) + "\n"


def _typed(element: Element) -> str:
    match element:
        case Heading(text, level):
            return f"{text}\n{'=-~'[level - 1] * len(text)}"
        case Para(text):
            return fill(text, _WIDTH, break_on_hyphens=False, break_long_words=False)
        case Listing(items):
            return "\n".join(_item(number, *item) for number, item in zip(element.numbers(), items, strict=True))
        case Grid():
            return "\n".join("\t".join(row) for row in element.filled())


def _item(number: str, level: int, text: str) -> str:
    mark, indent = number or "•*-"[level - 1], "   " * (level - 1)
    after = indent + " " * (len(mark) + 1)
    return fill(f"{indent}{mark} {text}", _WIDTH, subsequent_indent=after, break_on_hyphens=False)


def _noteless(elements: Iterable[Element]) -> list[Element]:
    return [Para(element.text) if isinstance(element, Para) else element for element in elements]


def markdown_files(seed: int) -> Iterator[MadeFile]:
    """A board paper."""
    random = Random(f"markdown {seed}")
    elements = _noteless(papers.board_paper(Prose(random, random.choice(BODIES)), 5, 10))
    yield MadeFile("paper.md", "by hand", markdown(elements).encode(), Truth(parts_of(elements)))


def text_files(seed: int) -> Iterator[MadeFile]:
    """Minutes in UTF-8 and a press release in cp1252 with Windows' line ends."""
    random = Random(f"text {seed}")
    one, two = (Prose(random, body) for body in random.sample(BODIES, 2))
    minutes, release = list(papers.minutes(one)), list(papers.press_release(two))
    yield MadeFile("minutes.txt", "by hand", typed(minutes).encode(), Truth(parts_of(minutes)))
    data = typed(release).replace("\n", "\r\n").encode("cp1252")
    yield MadeFile("release.txt", "by hand", data, Truth(parts_of(release)))


def outlook_files(seed: int) -> Iterator[MadeFile]:
    """A message with a plain body and a Word file, and one with HTML alone."""
    random = Random(f"outlook {seed}")
    one, two = (Prose(random, body) for body in random.sample(BODIES, 2))
    elements: list[Element] = [Para(one.paragraph()), Para(one.lead_in()), papers.flat(one), Para(one.paragraph())]
    body = "\r\n\r\n".join(
        "\r\n".join(f"•\t{text}" for _, text in element.items) if isinstance(element, Listing) else _markdown(element)
        for element in elements
    )
    paper = packed(write(papers.press_release(one), Way()))
    parts = attachments(message({_LONG_NAME: "Paper.docx", _DATA: paper}, header=8))
    yield _outlook(one, "outlook-plain.msg", elements, {_BODY: body}, ("Paper.docx",), parts)
    elements = list(papers.minutes(two))[:12]
    page = f'<html><head><meta charset="utf-8"></head><body>{web.marked_up(elements)}</body></html>'
    values: Values = {_HTML: page.encode(), _CODEPAGE: _UTF8}
    yield _outlook(two, "outlook-html.msg", elements, values, (), attachments())


def _outlook(
    prose: Prose, name: str, elements: list[Element], body: Values, attached: tuple[str, ...], parts: object
) -> MadeFile:
    subject = prose.fill("Note on the {thing}")
    head: Values = {
        _SUBJECT: subject,
        _CLASS: "IPM.Note",
        _SENDER: "Ada Kerr",
        _ADDRESS: "ada@kerr.example",
        _SENT: _SENT_TIME,
    }
    data = compound(message({**head, **body}, parts=parts))  # type: ignore[arg-type]
    truth = Truth((Part(Kind.ASIDE, subject), *parts_of(elements)), attachments=attached)
    return MadeFile(name, "by hand", data, truth)


def archive_files(seed: int) -> Iterator[MadeFile]:
    """An archive with folders, a name that is not ASCII, an archive within it, and what systems leave behind."""
    members = {f"papers/{one.name}": one.data for maker in (markdown_files, text_files) for one in maker(seed)}
    inner, out = BytesIO(), BytesIO()
    with ZipFile(inner, "w", ZIP_DEFLATED) as archive:
        archive.writestr("inside.md", "# Ferry\n\nThe ferry sails at noon.\n")
    members |= {"Café opening – final.txt": "The café opens on 3 May 2021.\n".encode(), "more.zip": inner.getvalue()}
    litter = {
        "__MACOSX/papers/._paper.md": b"\0\5\x16\7",
        "papers/.DS_Store": b"\0\0\0\1Bud1",
        "Thumbs.db": b"\xd0\xcf",
    }
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in (members | litter).items():
            archive.writestr(name, data)
    yield MadeFile("papers.zip", "zipfile", out.getvalue(), Truth((), attachments=tuple(members)))
