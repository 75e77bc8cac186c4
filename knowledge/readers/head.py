"""What an HTML page says of itself in its head."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.readers.dates import IN_ADDRESS, address_date, impossible_date, timestamp_date, written_date
from knowledge.types import Metadata, PartialDate

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
    "govuk:first-published-at",
    "citation_publication_date",
    "pubdate",
    "dcterms.date",
    "dc.date",
)
"""Names of meta tags with the date of publication, the surest first; when a page was last changed is no such date."""
_PUBLISHERS = ("og:site_name", "dcterms.publisher", "dc.publisher")
_OF_OTHERS = frozenset(
    "about citation comment hasPart isBasedOn isPartOf itemListElement mentions relatedLink review subjectOf".split()
)
"""Keys of JSON-LD under which other works stand, with dates of their own."""
DAY_CHARS = len("2019-10-21")
"""Of a time stamp: the rest is the time of day."""
MOST_SHOWN_CHARS = 40
"""Of a date that cannot be one."""


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a page that say something about it."""

    title: str
    heading: str
    """The first heading of the highest level."""
    meta: Mapping[str, str]
    """Content of the meta tags by their name or property, in lower case."""
    canonical: str
    json_ld: tuple[str, ...]
    times: tuple[str, ...]
    """Of the time tags that date the page."""


def metadata(head: Head) -> Metadata:
    """Title, publisher, address and date of a page, the date with what it rests on.

    Where the only date given is none, such as 31 February, `evidence` says so and there is no date.
    """
    url = next((url for url in (head.canonical, head.meta.get("og:url", "")) if _is_address(url)), None)
    published, evidence = _published(head, url or "")
    titles = (head.meta.get("og:title", ""), head.heading, head.title)
    publishers = (*(head.meta.get(key, "") for key in _PUBLISHERS), *_publishers(head))
    return Metadata(
        title=next((title for title in map(_one_line, titles) if title), None),
        publisher=next((publisher for publisher in map(_one_line, publishers) if publisher), None),
        published=published,
        evidence=evidence,
        url=url,
    )


def _published(head: Head, url: str) -> tuple[PartialDate | None, str | None]:
    impossible: str | None = None
    for value, by in _stated(head):
        if found := timestamp_date(value) or written_date(value):
            return found, f"stated by the page ({by})"
        if impossible is None and (impossible_date(value) or impossible_date(value[:DAY_CHARS])):
            impossible = f"the page states {_one_line(value)[:MOST_SHOWN_CHARS]!r} ({by}), which is not a date"
    if found := address_date(url):
        return found, IN_ADDRESS
    return None, impossible


def _stated(head: Head) -> Iterator[tuple[str, str]]:
    """What is said to be the date of publication, the surest first, and what says it."""
    yield from ((head.meta[key], key) for key in _PUBLISHED if key in head.meta)
    for script in head.json_ld:
        for thing in _things(script):
            if isinstance(date := thing.get("datePublished"), str):
                yield date, "datePublished"
    yield from ((value, "time") for value in head.times)


def _publishers(head: Head) -> Iterator[str]:
    for script in head.json_ld:
        for thing in _things(script):
            publisher = thing.get("publisher")
            name = publisher.get("name") if isinstance(publisher, dict) else publisher
            if isinstance(name, str) and not _is_address(name):
                yield name


def _things(script: str) -> Iterator[dict[str, object]]:
    """The objects of a JSON-LD script that are about the page itself, outermost first."""
    try:
        todo: list[object] = [json.loads(script)]
    except (ValueError, RecursionError):
        return
    for value in todo:  # grows while it is walked: first all of one level, then the next
        if isinstance(value, dict):
            yield value
            todo += [inner for key, inner in value.items() if key not in _OF_OTHERS]
        elif isinstance(value, list):
            todo += value


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and not any(char.isspace() for char in url)


def _one_line(text: str) -> str:
    return " ".join(text.split())
