"""The styles and numbers of a Word file: what a paragraph inherits, and the number that Word prints before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.readers.bullets import number_words
from knowledge.readers.office import Node, child, children, local

MAX_LABEL_CHARS = 30
MAX_HEADING = 6
MAX_CHAIN = 50  # styles that are based on each other

_PLACE = re.compile(r"%(\d)")
_HEADING = re.compile(r"heading (\d)", re.I)


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: what it says itself. Empty where it says nothing."""

    name: str
    based_on: str
    list: str
    level: str
    outline: str


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its first number, how numbers are written, and the text around them (`%1.%2`)."""

    start: int
    kind: str
    text: str


def styles(root: Node | None) -> dict[str, Style]:
    """The paragraph styles of `styles.xml` by their ids."""
    found: dict[str, Style] = {}
    for part in children(root):
        if local(part.tag) == "style":
            numbers = child(part, "pPr", "numPr")
            found[_said(part, "styleId")] = Style(
                _value(child(part, "name")),
                _value(child(part, "basedOn")),
                _value(child(numbers, "numId")),
                _value(child(numbers, "ilvl")),
                _value(child(part, "pPr", "outlineLvl")),
            )
    return found


def chain(style: str, known: Mapping[str, Style]) -> list[Style]:
    """A style and those it is based on, the nearest first."""
    found: list[Style] = []
    while style in known and len(found) < MAX_CHAIN:
        found.append(known[style])
        style = known[style].based_on
    return found


def heading_level(style: str, known: Mapping[str, Style]) -> int:
    """The level of the headings of a style, by its name or those it is based on; 0 if it is none."""
    for one in chain(style, known):
        if named := _HEADING.fullmatch(one.name):
            return min(int(named[1]) or 1, MAX_HEADING)
        if one.outline.isdecimal():
            level = int(one.outline) + 1
            return min(level, MAX_HEADING) if level <= 9 else 0  # 9 is the level of body text
    return 0


@dataclass(slots=True)
class Numbers:
    """Counts the numbered paragraphs of a document."""

    known: Mapping[str, Style]
    lists: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)
    """By id: the definition that a list follows, and the levels that it begins anew with their first number."""
    definitions: dict[str, dict[int, Level]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """Definitions that are only the name of a style."""
    counted: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def load(self, root: Node | None) -> None:
        """Take in `numbering.xml`."""
        for part in children(root):
            tag = local(part.tag)
            if tag == "abstractNum":
                key = _said(part, "abstractNumId")
                self.definitions[key] = dict(_level(level) for level in part if local(level.tag) == "lvl")
                if link := _value(child(part, "numStyleLink")):
                    self.links[key] = link
            elif tag == "num":
                anew = {
                    _number(_said(over, "ilvl"), 0): _number(start, 1)
                    for over in part
                    if local(over.tag) == "lvlOverride" and (start := _value(child(over, "startOverride")))
                }
                self.lists[_said(part, "numId")] = (_value(child(part, "abstractNumId")), anew)

    def label(self, number: str, level: int) -> str | None:
        """Count one more item of a list; gives the number before it, such as `3.2` or `(a)`, or None for a bullet."""
        definition, anew = self.lists.get(number, ("", {}))
        if definition in self.links:
            lists = (style.list for style in chain(self.links[definition], self.known) if style.list)
            definition = self.lists.get(next(lists, ""), ("", {}))[0]
        levels = self.definitions.get(definition, {})
        if level not in levels:
            return None
        counted = self.counted.setdefault(definition, {})
        first = anew.get(level, levels[level].start)
        if level in anew and (number, level) not in self.begun:
            counted.pop(level, None)
            self.begun.add((number, level))
        counted[level] = counted.get(level, first - 1) + 1
        for deeper in [other for other in counted if other > level]:
            del counted[deeper]
        if levels[level].kind == "bullet":
            return None

        def words(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            shown = levels.get(at, levels[level])
            return number_words(counted.get(at, shown.start), shown.kind)

        return _PLACE.sub(words, levels[level].text).strip()[:MAX_LABEL_CHARS]


def list_of(paragraph: Node, style: str, known: Mapping[str, Style]) -> tuple[str, int] | None:
    """The id of the list that a paragraph is an item of, by itself or by its style, and the level from 0."""
    own = child(paragraph, "pPr", "numPr")
    inherited = chain(style, known)
    number = _value(child(own, "numId")) or next((one.list for one in inherited if one.list), "")
    if not number or number == "0":
        return None
    level = _value(child(own, "ilvl")) or next((one.level for one in inherited if one.level), "0")
    return number, _number(level, 0)


def style_of(paragraph: Node) -> str:
    """The id of a paragraph's style, or nothing."""
    return _value(child(paragraph, "pPr", "pStyle"))


def is_on(properties: Node | None, *names: str) -> bool:
    """Whether one of these switches is on in the properties of a run or control."""
    found = (child(properties, name) for name in names)
    return any(one is not None and _value(one) not in ("0", "false", "off") for one in found)


def _level(part: Node) -> tuple[int, Level]:
    kind = _value(child(part, "numFmt")) or "decimal"
    start = _number(_value(child(part, "start")), 1)
    return _number(_said(part, "ilvl"), 0), Level(start, kind, _value(child(part, "lvlText")))


def _number(words: str, otherwise: int) -> int:
    return int(words) if words.isdecimal() and len(words) < 6 else otherwise


def _value(node: Node | None) -> str:
    return _said(node, "val") if node is not None else ""


def _said(node: Node, name: str) -> str:
    """An attribute in the namespace of its element, as Word writes it."""
    space = str(node.tag).rpartition("}")[0]
    return node.get(f"{space}}}{name}" if space else name) or ""
