"""Files that LibreOffice writes from those of other makers: PDF, Word, PowerPoint and Excel by another hand."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from pypdfium2 import PdfDocument

from tests.benchmarks.made_files import papers, slides, web, word, workbook
from tests.benchmarks.made_files.prose import BODIES, Prose
from tests.benchmarks.made_files.truth import Element, Grid, Heading, Listing, MadeFile, Para, Truth, parts_of

_SECONDS = 180
_TELLING = 30
"""Letters and digits at the beginning of a part that tell its page."""
_TARGETS = {"docx": "docx:MS Word 2007 XML", "pdf": "pdf", "pptx": "pptx:Impress MS PowerPoint 2007 XML",
            "xlsx": "xlsx:Calc MS Excel 2007 XML"}  # fmt: skip


def program() -> str | None:
    """The command, where it is installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def converted(sources: Sequence[MadeFile], target: str) -> Iterator[MadeFile]:
    """Each file as another kind; the truth stays, but for pages, which only the new layout knows."""
    command = program()
    if command is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            Path(folder, source.name).write_bytes(source.data)
        _convert(command, folder, [s.name for s in sources if s.name.endswith(".html")], target, "HTML (StarWriter)")
        _convert(command, folder, [s.name for s in sources if not s.name.endswith(".html")], target, "")
        for source in sources:
            path = Path(folder, "out", source.name).with_suffix(f".{target}")
            made = MadeFile(f"office-{path.name}", "LibreOffice", path.read_bytes(), source.truth, source.pages)
            yield paged(made) if target == "pdf" else made


def _convert(command: str, folder: str, names: list[str], target: str, read_as: str) -> None:
    if not names:
        return
    profile = f"-env:UserInstallation=file://{tempfile.gettempdir()}/made_files_office"
    filtered = [f"--infilter={read_as}"] if read_as else []
    to = ["--convert-to", _TARGETS[target], "--outdir", "out"]
    options = [profile, "--headless", *filtered, *to, *names]
    subprocess.run([command, *options], cwd=folder, check=True, capture_output=True, timeout=_SECONDS)


def paged(made: MadeFile) -> MadeFile:
    """The pages of a PDF's parts, told by their first words, where these stand on one page only."""
    document = PdfDocument(made.data)
    texts = [_letters(page.get_textpage().get_text_range()) for page in document]
    parts = []
    for part in made.truth.parts:
        first = _letters(part.text)[:_TELLING]
        pages = [number for number, text in enumerate(texts, 1) if first in text]
        parts.append(replace(part, page=pages[0] if len(pages) == 1 else None))
    return replace(made, truth=replace(made.truth, parts=tuple(parts)), pages=len(texts))


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def bulletin(prose: Prose, name: str) -> MadeFile:
    """A flat OpenDocument text in two columns with hyphenation, header, footer and page number."""
    elements: list[Element] = list(papers.articles(prose, 7))
    page = (
        '<style:page-layout style:name="p"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" '
        'fo:margin="2cm"><style:columns fo:column-count="2" fo:column-gap="0.6cm"/></style:page-layout-properties>'
        "<style:header-style/><style:footer-style/></style:page-layout>"
    )
    body = "".join(_flat(element) for element in elements)
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{urn}:1.0"'
        for prefix, urn in (
            ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("fo", "xsl-fo-compatible"),
        )
    )  # fmt: skip
    text = f"""<?xml version="1.0" encoding="UTF-8"?><office:document {spaces} office:version="1.3"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:styles><style:style style:name="Standard"
 style:family="paragraph"><style:paragraph-properties fo:text-align="justify" fo:margin-bottom="0.2cm"/>
<style:text-properties fo:font-size="10pt" fo:language="en" fo:country="GB" fo:hyphenate="true"
 fo:hyphenation-remain-char-count="2" fo:hyphenation-push-char-count="2"/></style:style>
<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="paragraph"
 style:parent-style-name="Standard"><style:paragraph-properties fo:text-align="start" fo:keep-with-next="always"
 fo:margin-top="0.3cm"/>
<style:text-properties fo:font-size="12pt" fo:font-weight="bold" fo:hyphenate="false"/></style:style>
<text:list-style style:name="L"><text:list-level-style-bullet text:level="1" text:bullet-char="•">
<style:list-level-properties text:list-level-position-and-space-mode="label-alignment">
<style:list-level-label-alignment text:label-followed-by="listtab" fo:text-indent="-0.6cm" fo:margin-left="1cm"/>
</style:list-level-properties></text:list-level-style-bullet></text:list-style></office:styles>
<office:automatic-styles>{page}</office:automatic-styles><office:master-styles><style:master-page style:name="Standard"
 style:page-layout-name="p"><style:header><text:p>{escape(prose.body)} bulletin</text:p></style:header>
<style:footer><text:p>Sheet <text:page-number/></text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""
    return MadeFile(
        name, "by hand", text.encode(), Truth(parts_of(elements), (f"{prose.body} bulletin", "Sheet 1", "Sheet 2"))
    )


def _flat(element: Element) -> str:
    match element:
        case Heading(text, level):
            return f'<text:h text:outline-level="{level}" text:style-name="Heading_20_{level}">{escape(text)}</text:h>'
        case Para(text):
            return f'<text:p text:style-name="Standard">{escape(text)}</text:p>'
        case Listing(items):
            lines = "".join(
                f'<text:list-item><text:p text:style-name="Standard">{escape(text)}</text:p></text:list-item>'
                for _, text in items
            )
            return f'<text:list text:style-name="L">{lines}</text:list>'
        case Grid():
            raise ValueError("A bulletin has no tables.")


def _release(prose: Prose, name: str) -> MadeFile:
    elements = list(papers.press_release(prose))
    page = f'<html><head><meta charset="utf-8"></head><body>{web.marked_up(elements)}</body></html>'
    return MadeFile(name, "by hand", page.encode(), Truth(parts_of(elements)))


def _paper(prose: Prose, name: str) -> MadeFile:
    elements = list(papers.board_paper(prose, 4, 8))
    page = f'<html><head><meta charset="utf-8"></head><body>{web.marked_up(elements)}</body></html>'
    return MadeFile(name, "by hand", page.encode(), Truth(parts_of(elements)))


def pdf_files(seed: int) -> Iterator[MadeFile]:
    """A board paper and minutes from Word, a press release from HTML, a bulletin in columns, slides."""
    random = Random(f"office pdf {seed}")
    one, two, three, four = (Prose(random, body) for body in random.sample(BODIES, 4))
    board = word.board_paper(one, "board.docx", changed=False)  # deleted words would be printed
    sources = (
        board,
        word.plain_author(two, "minutes.docx"),
        _release(three, "release.html"),
        bulletin(four, "bulletin.fodt"),
    )
    yield from converted(sources, "pdf")


def word_files(seed: int) -> Iterator[MadeFile]:
    """A press release and a paper with tables, written from HTML."""
    random = Random(f"office word {seed}")
    one, two = (Prose(random, body) for body in random.sample(BODIES, 2))
    yield from converted((_release(one, "release.html"), _paper(two, "paper.html")), "docx")


def slides_files(seed: int) -> Iterator[MadeFile]:
    """The decks, opened and saved."""
    yield from converted(list(slides.files(seed + 1000)), "pptx")


def workbook_files(seed: int) -> Iterator[MadeFile]:
    """The workbooks, opened and saved."""
    yield from converted(list(workbook.files(seed + 1000)), "xlsx")
