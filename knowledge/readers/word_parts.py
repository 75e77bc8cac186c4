"""The parts of a Word file made ready for conversion: words that the converter would lose, and those to be left out."""

from __future__ import annotations

import re
import zipfile
from collections import deque
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from knowledge.readers.grid import MAX_COLUMNS
from knowledge.readers.office import attribute, child, diagram_texts, local
from knowledge.readers.word_numbers import Numbers, Style, heading_level, is_on, list_of, style_of, styles

MAX_DIGITS = 3  # of a count of columns

LABEL = ("\ue000", "\ue001")
"""Characters without a meaning that stand around the number that Word prints before a paragraph."""

_NEEDED = re.compile(r"\[Content_Types\]\.xml|_rels/.*|word/[^/]*\.xml|word/_rels/.*|word/diagrams/data.*")
_BODIES = re.compile(r"word/(?:document\d*|footnotes|endnotes)\.xml")
_UNWRAPPED = frozenset(("fldSimple", "bdo", "dir", "oMathPara"))
_BETWEEN = {"f": "/", "sSup": "^", "sSub": "_"}
_ONE_TERM = re.compile(r"[\w.,]+")
_RENAMED = {"cr": "br", "ptab": "tab"}
_PRIVATE = re.compile(f"[{LABEL[0]}{LABEL[1]}]")


@dataclass(slots=True)
class Parts:
    """What conversion needs, and what was found on the way."""

    content: bytes = b""
    """A file with only the parts that are converted."""
    headings: dict[str, int] = field(default_factory=dict)
    """Ids of styles to the level of their headings."""
    counts: dict[str, int] = field(default_factory=dict)
    """How often there was an insertion, deletion, move, comment, chart, or piece of text that is not shown."""

    def count(self, thing: str) -> None:
        """Count one more."""
        self.counts[thing] = self.counts.get(thing, 0) + 1


def prepare(content: bytes) -> Parts:
    """Take a Word file apart and put what is to be converted together again."""
    parts = Parts()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if _NEEDED.fullmatch(name)}
    known = styles(_root(members, "word/styles.xml"))
    parts.headings = {style: level for style in known if (level := heading_level(style, known))}
    numbers = Numbers(known)
    numbers.load(_root(members, "word/numbering.xml"))
    for name in [name for name in members if _BODIES.fullmatch(name)]:
        root = ElementTree.fromstring(members[name])
        _Mender(parts, known, numbers, _diagrams(members, name)).run(root)
        members[name] = ElementTree.tostring(root)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            if not name.startswith("word/diagrams/"):
                archive.writestr(name, data)
    parts.content = buffer.getvalue()
    return parts


def _root(members: dict[str, bytes], name: str) -> Element | None:
    return ElementTree.fromstring(members[name]) if name in members else None


def _diagrams(members: dict[str, bytes], name: str) -> dict[str, list[str]]:
    """The texts of a part's diagrams by the ids of their relations."""
    folder, _, file = name.rpartition("/")
    relations = _root(members, f"{folder}/_rels/{file}.rels")
    targets = {one.get("Id", ""): f"word/{one.get('Target', '')}" for one in relations} if relations is not None else {}
    return {key: diagram_texts(members[target]) for key, target in targets.items() if "diagrams/data" in target}


@dataclass(slots=True)
class _Mender:
    """A walk through one part of the document."""

    parts: Parts
    known: dict[str, Style]
    numbers: Numbers
    diagrams: dict[str, list[str]]
    word: str = ""  # the namespace of the part, in braces

    def run(self, root: Element) -> None:
        """Mend everything below a part's root."""
        self.word = root.tag.rpartition("}")[0] + "}"
        for element in root.iter():
            if element.text:
                element.text = _PRIVATE.sub("", element.text)
        todo = [root]
        while todo:
            parent = todo.pop()
            kept: list[Element] = []
            queue = deque(parent)
            while queue:
                element = queue.popleft()
                if local(element.tag) in _UNWRAPPED:
                    queue.extendleft(reversed(element))
                elif (mended := self.mend(element)) is not None:
                    kept.append(mended)
            parent[:] = kept
            todo.extend(reversed(kept))

    def mend(self, element: Element) -> Element | None:
        """An element as it is to be converted; None if it is to be left out."""
        tag = local(element.tag)
        if tag == "p":
            self.number(element)
        elif tag == "r" and is_on(child(element, "rPr"), "vanish", "strike", "dstrike"):
            self.parts.count("hidden")
            return None
        elif tag == "sdt" and is_on(child(element, "sdtPr"), "showingPlcHdr"):
            return None
        elif tag in _RENAMED:
            return Element(f"{self.word}{_RENAMED[tag]}")
        elif tag == "tr":
            self.indent(element)
        elif tag == "oMath":
            return self.text_run(_formula(element))
        elif tag in ("AlternateContent", "drawing"):
            return self.drawing(element)
        elif tag in ("ins", "del", "moveTo") and any(local(part.tag) == "r" for part in element):
            self.parts.count(tag)
        elif tag == "commentReference":
            self.parts.count("comment")
        return element

    def text_run(self, text: str) -> Element:
        """A run with nothing but a text."""
        run = Element(f"{self.word}r")
        ElementTree.SubElement(run, f"{self.word}t").text = text
        return run

    def number(self, paragraph: Element) -> None:
        """Write down which list a paragraph is in, by its style or itself, and the number before it."""
        found = list_of(paragraph, style_of(paragraph), self.known)
        properties = next((part for part in paragraph if local(part.tag) == "pPr"), None)
        if found is None or is_on(child(properties, "rPr"), "del"):  # what is deleted with its end has no number
            return
        number, level = found
        if properties is None:
            properties = Element(f"{self.word}pPr")
            paragraph.insert(0, properties)
        for old in [part for part in properties if local(part.tag) == "numPr"]:
            properties.remove(old)
        said = ElementTree.SubElement(properties, f"{self.word}numPr")
        for tag, value in (("numId", number), ("ilvl", str(level))):
            ElementTree.SubElement(said, f"{self.word}{tag}", {f"{self.word}val": value})
        label = self.numbers.label(number, level)
        if label is not None:
            paragraph.insert(1, self.text_run(f"{LABEL[0]}{label}{LABEL[1]}"))

    def indent(self, row: Element) -> None:
        """Give a row that begins further in than its table empty cells, so that the others stay in their columns."""
        said = child(row, "trPr", "gridBefore")
        before = (said.get(f"{self.word}val") if said is not None else None) or ""
        first = next((n for n, part in enumerate(row) if local(part.tag) in ("tc", "sdt")), len(row))
        for _ in range(min(int(before), MAX_COLUMNS) if before.isdecimal() and len(before) <= MAX_DIGITS else 0):
            cell = Element(f"{self.word}tc")
            ElementTree.SubElement(cell, f"{self.word}p")
            row.insert(first, cell)

    def drawing(self, element: Element) -> Element | None:
        """A drawing as what is written in it: text boxes and diagrams."""
        texts = _boxes(element)
        for part in element.iter():
            if local(part.tag) == "relIds":
                for text in self.diagrams.get(attribute(part, "dm"), ()):
                    box = Element(f"{self.word}txbxContent")
                    ElementTree.SubElement(box, f"{self.word}p").append(self.text_run(text))
                    texts.append(box)
            elif local(part.tag) == "chart" and local(element.tag) == "drawing":
                self.parts.count("chart")
        if not texts:
            return element
        written = Element(f"{self.word}pict")
        written.extend(texts)
        return written


def _formula(element: Element) -> str:
    """A formula on one line, as Word writes it there: fractions as (a+b)/2, powers as 10^2, indices as a_1."""
    tag = local(element.tag)
    if tag == "t":
        return element.text or ""
    parts = [_formula(part) for part in element]
    if tag in _BETWEEN:
        return _BETWEEN[tag].join(part if _ONE_TERM.fullmatch(part) else f"({part})" for part in parts if part)
    return "".join(parts)


def _boxes(element: Element) -> list[Element]:
    """The contents of the text boxes of a drawing; of two ways to draw it the newer, if that has any."""
    tag = local(element.tag)
    if tag == "txbxContent":
        return [element]
    if tag == "AlternateContent":
        ways = [found for way in element if (found := _boxes(way))]
        return ways[0] if ways else []
    return [box for part in element for box in _boxes(part)]
