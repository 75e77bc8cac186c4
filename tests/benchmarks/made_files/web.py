"""Web pages: a council's content management system, an old page of divisions and tables, and Word's own HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from random import Random

from tests.benchmarks.made_files import papers
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


def marked_up(elements: Iterable[Element]) -> str:
    """The elements as plain, valid HTML."""
    return "\n".join(_element(element) for element in elements)


def _element(element: Element) -> str:
    match element:
        case Heading(text, level):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Para(text, note):
            return f"<p>{escape(text)}</p>" + (f"<p><small>{escape(note)}</small></p>" if note else "")
        case Listing(items, ordered):
            return _list(list(items), 1, ordered)
        case Grid():
            return _table(element)


def _list(items: list[tuple[int, str]], level: int, ordered: bool = False) -> str:
    tag = "ol" if ordered else "ul"
    lines = [f"<{tag}>"]
    while items and items[0][0] == level:
        line = f"<li>{escape(items.pop(0)[1])}"
        if items and items[0][0] > level:
            line += _list(items, level + 1)
        lines.append(line + "</li>")
    return "\n".join([*lines, f"</{tag}>"])


def _table(grid: Grid) -> str:
    begin = {(one.row, one.column): one for one in grid.merged}
    covered = {
        (row, column)
        for one in grid.merged
        for row in range(one.row, one.row + one.down)
        for column in range(one.column, one.column + one.across)
    } - set(begin)
    lines = ["<table border=1>"]
    for n, row in enumerate(grid.rows):
        tag, cells = "td" if n else "th", ""
        for m, cell in enumerate(row):
            if (n, m) in covered:
                continue
            one = begin.get((n, m))
            spans = f' rowspan="{one.down}" colspan="{one.across}"' if one else ""
            cells += f"<{tag}{spans}>{escape(cell)}</{tag}>"
        lines.append(f"<tr>{cells}</tr>")
    return "\n".join([*lines, "</table>"])


def _questions(prose: Prose) -> tuple[str, list[Part]]:
    """A definition list and a closed box, as pages of frequent questions have."""
    html, parts = "<dl>", []
    for _ in range(3):
        term, meaning = prose.fill("{kind} {thing}").capitalize(), prose.sentence()
        html += f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>"
        parts += [Part(Kind.NOTE, term), Part(Kind.NOTE, meaning)]
    asked, answered = prose.fill("What happens to the {thing} at {place}?"), prose.paragraph()
    html += f"</dl><details><summary>{escape(asked)}</summary><p>{escape(answered)}</p></details>"
    return html, [*parts, Part(Kind.NOTE, asked), Part(Kind.PARAGRAPH, answered)]


def council_page(prose: Prose, name: str) -> MadeFile:
    """A page with a menu, cookie banner, breadcrumb, sidebar, share buttons and footer round its main part."""
    elements = list(papers.board_paper(prose, 4, 8))
    html, more = _questions(prose)
    menu = [prose.fill("{place} services") for _ in range(5)]
    furniture = [
        "We use cookies to make this site work. Accept all cookies", "Skip to main content", *menu,
        f"© {prose.body}", "Share this page on your favourite network", prose.fill("Related: the {thing} of {month}"),
        "Home > About us > How we decide", "Subscribe to our weekly letter",
    ]  # fmt: skip
    cookies, skip, related, crumbs, subscribe = furniture[0], furniture[1], *furniture[-3:]
    links = "".join(f'<li><a href="/x">{escape(text)}</a></li>' for text in menu)
    page = f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">
<title>Report - {escape(prose.body)}</title>
<style>p {{ color: black }}</style><script>var tracked = "no words here";</script></head><body>
<div id="ccc-cookie-notice" class="cookie-banner" role="dialog"><p>{escape(cookies)}</p></div>
<a class="skip-link" href="#main">{skip}</a><header role="banner"><nav aria-label="Main"><ul>{links}</ul></nav></header>
<nav class="breadcrumb">{escape(crumbs)}</nav><main id="main"><article>
{marked_up(elements)}
{html}</article>
<div class="share-buttons"><p>{furniture[-4]}</p></div></main>
<aside class="sidebar related"><p>{escape(related)}</p></aside><div class="newsletter-signup">{subscribe}</div>
<footer role="contentinfo"><p>{escape(furniture[7])}</p></footer></body></html>"""
    return MadeFile(name, "by hand", page.encode(), Truth((*parts_of(elements), *more), tuple(furniture)))


def old_page(prose: Prose, name: str) -> MadeFile:
    """A page without `main`: divisions, a table for the layout, br br between paragraphs, cp1252."""
    elements = list(papers.press_release(prose))
    menu = [prose.fill("{thing} hire") for _ in range(4)]
    links = "".join(f'<li><a href="p{n}.htm">{escape(text)}</a></li>' for n, text in enumerate(menu))
    paragraphs = [element for element in elements if isinstance(element, Para)]
    first, rest = elements[0], [element for element in elements[1:] if not isinstance(element, Para)]
    text = "<br><br>\n".join(escape(paragraph.text) for paragraph in paragraphs)
    page = f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252">
<title>{escape(prose.body)}</title></head><body bgcolor=white><div id="topmenu"><ul>{links}</ul></div>
<div class="content">{marked_up([first])}
<div>{text}</div>{marked_up(rest)}</div><div id="footer">Last changed by the webmaster</div></body></html>"""
    parts = parts_of([first, *paragraphs, *rest])
    furniture = (*menu, "Last changed by the webmaster")
    return MadeFile(name, "by hand", page.encode("cp1252"), Truth(parts, furniture))


def words_html(prose: Prose, name: str) -> MadeFile:
    """What Word saves as a filtered web page: lists are paragraphs with a symbol and spaces."""
    heading, lead, closing = prose.fill("Note on the {thing}"), prose.lead_in(), prose.paragraph()
    items = [(1, prose.task()), (1, prose.task(True)), (2, prose.task()), (1, prose.task())]
    lines = [f"<h1>{escape(heading)}</h1>", f"<p class=MsoNormal>{escape(lead)}</p>"]
    for level, text in items:
        mark, gap = ("·", "Symbol") if level == 1 else ("o", "Courier New")
        lines.append(
            f"<p class=MsoListParagraph style='margin-left:{36 * level}.0pt;text-indent:-18.0pt;"
            f"mso-list:l0 level{level} lfo1'><span style='font-family:{gap}'>{mark}<span style='font:7.0pt \"Times\"'>"
            f"&nbsp;&nbsp;&nbsp;&nbsp; </span></span>{escape(text)}</p>"
        )
    lines.append(f"<p class=MsoNormal>{escape(closing)}<o:p></o:p></p>")
    body = "\n".join(lines)
    head = "<head><meta name=Generator content='Microsoft Word 15'></head>"
    page = f"<html xmlns:o='urn:x'>{head}<body>{body}</body></html>"
    elements: list[Element] = [Heading(heading, 1), Para(lead), Listing(tuple(items)), Para(closing)]
    return MadeFile(name, "like Word", b"\xef\xbb\xbf" + page.encode(), Truth(parts_of(elements)))


def files(seed: int) -> Iterator[MadeFile]:
    """A council's page, an old page, and Word's HTML."""
    random = Random(f"web {seed}")
    one, two, three = (Prose(random, body) for body in random.sample(BODIES, 3))
    yield council_page(one, "web-council.html")
    yield old_page(two, "web-old.htm")
    yield words_html(three, "web-word.html")
