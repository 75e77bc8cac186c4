"""What people say about a document: front matter, a folder's `sources.yaml`, `key=value` on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import get_args

import yaml
from pydantic import ValidationError

from knowledge.readers.dates import EARLIEST_YEAR, written_date
from knowledge.types import BadMetadata, Metadata, Precision, Source, Status, first_day, spoken_date

KEYS = (*Metadata.model_fields, "precision")
"""The keys that can be said; `precision` (day, month, year, none) only shortens `published`."""

BY_ADMIN = "set by an admin"
"""The evidence of a date, or of its want, for which an admin gave none."""

_PRECISIONS: tuple[Precision, ...] = ("year", "month", "day")  # by the number of hyphens in a partial date
_MEANT = {"date": "published", "author": "publisher", "address": "url", "link": "url"}
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>(?!\s*\n).*?)(?<=\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_OPENED = re.compile(r"---[ \t]*\n(?P<key>\w+):")

_Value = str | tuple[str, ...]


def parse_front_matter(text: str, name: str) -> tuple[Metadata, int]:
    """Read the `---` block that a text begins with.

    Args:
        text: The file's text, with LF line ends and no byte order mark.
        name: The file's name, for the messages.

    Returns:
        What the block says, and the offset in `text` where the body begins: `(Metadata(), 0)` when there is no block.

    Raises:
        BadMetadata: The block is not YAML, is never closed, or says something that cannot be used; names file and line.
    """
    found = _FRONT_MATTER.match(text)
    if found is None:
        opened = _OPENED.match(text)
        if opened and opened["key"] in KEYS:
            raise _bad(name, 1, "the front matter is opened here but never closed; put a line --- after it")
        return Metadata(), 0
    node = _compose(found["yaml"], name, first_line=2)
    if node is None:
        return Metadata(), found.end()
    return _metadata(_entries(node, name, first_line=2, keys=KEYS), name), found.end()


def parse_sources(text: str, name: str) -> dict[str, Metadata]:
    """Read a folder's `sources.yaml`: a list of mappings, each with `file` and what is known about that file.

    Args:
        text: The content of the file.
        name: Its name, for the messages.

    Returns:
        What is said about each file, by file name, in the order given.

    Raises:
        BadMetadata: It is not such a list, a key or value cannot be used, or a file is listed twice; names the line.
    """
    node = _compose(text, name, first_line=1)
    if node is None:
        return {}
    if not isinstance(node, yaml.SequenceNode):
        raise _bad(name, 1, "expected a list: each entry begins with `- file: NAME`")
    listed: dict[str, Metadata] = {}
    lines: dict[str, int] = {}
    for entry in node.value:
        said = {key: (value, line) for key, value, line in _entries(entry, name, 1, keys=("file", *KEYS))}
        file, line = said.pop("file", ("", entry.start_mark.line + 1))
        if not isinstance(file, str) or not file:
            raise _bad(name, line, "this entry does not say which file it is about; add `file: NAME`")
        if file in listed:
            raise _bad(name, line, f"{file} is listed twice, first in line {lines[file]}; keep one of the two entries")
        listed[file] = _metadata(((key, value, at) for key, (value, at) in said.items()), name)
        lines[file] = line
    return listed


def parse_assignments(pairs: Sequence[str]) -> Metadata:
    """Read `key=value` pairs from a command line; `supersedes` takes ids separated by commas.

    Args:
        pairs: Such as `published=2019-10` or `supersedes=plan-2018,plan-2019`.

    Returns:
        What the pairs say; an empty value (`publisher=`) says that the field is empty.

    Raises:
        BadMetadata: A pair has no `=`, its key does not exist (the message names those that do), is given twice, or its
            value cannot be used.
    """
    said: dict[str, _Value] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        key = key.strip()
        if not equals:
            raise BadMetadata(f"{pair!r} is not of the form key=value. The keys are {', '.join(KEYS)}.")
        if key not in KEYS:
            near = [_MEANT[key]] if key in _MEANT else get_close_matches(key, KEYS, 1)
            hint = "".join(f" Did you mean {name}?" for name in near)
            raise BadMetadata(f"{key!r} is not something a document has.{hint} The keys are {', '.join(KEYS)}.")
        if key in said:
            raise BadMetadata(f"{key} is given twice. Give it once.")
        said[key] = _ids(value) if key == "supersedes" else value.strip()
    return _metadata(((key, value, None) for key, value in said.items()), "")


def merge(*layers: Metadata) -> Metadata:
    """Put what several parties say together: for each field, the first layer that says something wins.

    `evidence` explains a date, so it is taken only from the layer that gave `published` (from the first that has one
    when none gives a date).
    """
    merged = {
        field: next((value for layer in layers if (value := getattr(layer, field)) is not None), None)
        for field in Metadata.model_fields
    }
    dated = next((layer for layer in layers if layer.published is not None), None)
    if dated is not None:
        merged["evidence"] = dated.evidence
    return Metadata(**merged)


def doubts(source: Source, today: date) -> tuple[str, ...]:
    """What about a document's date cannot be or is hardly so, a sentence each, and how to correct it."""
    correct = f"Check it, and correct it with `merger-bot documents set {source.id} published=YYYY-MM-DD`."
    return tuple(f"{sentence} {correct}" for sentence in doubtful(source, today))


def doubtful(source: Source, today: date) -> tuple[str, ...]:
    """What about a document's date cannot be or is hardly so, one sentence each."""
    if source.published is None:
        meant = source.evidence in ("", BY_ADMIN)  # an admin took a wrong date away
        return () if meant else (f"`{source.file}` is undated: {source.evidence}.",)
    dated = f"`{source.file}` is dated {spoken_date(source.published)}"
    because = f" ({source.evidence})" if source.evidence else ""
    if first_day(source.published) > today:
        return (f"{dated}{because}, which is after today.",)
    if first_day(source.published).year < EARLIEST_YEAR:
        return (f"{dated}{because}, which is before {EARLIEST_YEAR}.",)
    return ()


def _compose(text: str, name: str, first_line: int) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]
        inside = [mark for mark in marks if mark.index < len(text)]  # what is never closed is noticed only at the end
        line = first_line + (inside or marks)[0].line
        raise _bad(name, line, f"this is not YAML ({error.problem or error.context})") from error
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        raise _bad(name, line, "there is a character here that YAML does not allow; remove it") from error
    except (ValueError, RecursionError) as error:
        raise _bad(name, first_line, "this YAML cannot be read; keep to lines of the form `key: value`") from error


def _entries(node: yaml.Node, name: str, first_line: int, keys: Sequence[str]) -> Iterator[tuple[str, _Value, int]]:
    """Each key of a mapping with its value as it is written (a date stays text) and its line."""
    if not isinstance(node, yaml.MappingNode):
        raise _bad(name, first_line + node.start_mark.line, "expected lines of the form `key: value`")
    seen: set[str] = set()
    for key_node, value_node in node.value:
        line = first_line + key_node.start_mark.line
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
        if key not in keys:
            raise _bad(name, line, f"unknown key {key!r}; the keys are {', '.join(keys)}")
        if key in seen:
            raise _bad(name, line, f"{key} is given twice; keep one of the two")
        seen.add(key)
        value = _value(key, value_node)
        if value is None:
            raise _bad(name, line, f"{key} needs {'a list of ids' if key == 'supersedes' else 'a text, not a list'}")
        if value:
            yield key, value, line


def _value(key: str, node: yaml.Node) -> _Value | None:
    """The value as it is written; None when it has the wrong shape."""
    if isinstance(node, yaml.ScalarNode):
        text = "" if node.tag == "tag:yaml.org,2002:null" else str(node.value).strip()
        return _ids(text) if key == "supersedes" else text
    if key != "supersedes" or not isinstance(node, yaml.SequenceNode):
        return None
    if not all(isinstance(item, yaml.ScalarNode) for item in node.value):
        return None
    return tuple(str(item.value).strip() for item in node.value)


def _ids(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _metadata(entries: Iterable[tuple[str, _Value, int | None]], name: str) -> Metadata:
    said: dict[str, _Value] = {}
    lines: dict[str, int | None] = {}
    for key, value, line in entries:
        said[key], lines[key] = value, line
        if key != "precision":
            _check(key, value, name, line)
    _shorten(said, lines, name)
    return Metadata.model_validate(said)


def _check(key: str, value: _Value, name: str, line: int | None) -> None:
    if key == "title" and not value:
        raise _bad(name, line, "title is empty; give the document a title")
    try:
        "".join(value).encode()
        Metadata.model_validate({key: value})
    except (ValidationError, UnicodeEncodeError) as error:
        day = written_date(value) if isinstance(value, str) else None
        hint = {
            "published": f"which is not a date; write {day or '2019-10-21, 2019-10 or 2019'}",
            "status": f"which is not a status; write {', '.join(get_args(Status))}",
            "ocr": "which is neither yes nor no; write true or false",
        }.get(key, "which is not readable text; write it anew")
        raise _bad(name, line, f"{key} is {value!r}, {hint}") from error


def _shorten(said: dict[str, _Value], lines: Mapping[str, int | None], name: str) -> None:
    """Let `precision` shorten `published`, in place."""
    precision = said.pop("precision", None)
    if precision is None:
        return
    line = lines["precision"]
    if precision not in get_args(Precision):
        raise _bad(name, line, f"precision is {precision!r}; write day, month, year or none")
    published = str(said.pop("published", ""))
    if precision == "none":
        return
    parts = published.split("-") if published else []
    wanted = _PRECISIONS.index(precision) + 1
    if len(parts) < wanted:
        given = f"published is only {published}" if published else "published is missing"
        raise _bad(name, line, f"precision is {precision}, but {given}; give the whole date or a lower precision")
    said["published"] = "-".join(parts[:wanted])


def _bad(name: str, line: int | None, what: str) -> BadMetadata:
    place = f"`{name}`, line {line}: " if line is not None else ""
    message = f"{place}{what}."
    return BadMetadata(message if place else message[0].upper() + message[1:])
