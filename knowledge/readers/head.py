"""What an HTML page says of itself in its head."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge.readers.dates import address_date, timestamp_date
from knowledge.types import Metadata, PartialDate

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dcterms.issued",
    "dc.date.issued",
)


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
    """Title, publisher, address and date of a page, the date with what it rests on."""
    url = next((url for url in (head.canonical, head.meta.get("og:url", "")) if _is_address(url)), None)
    published, evidence = _published(head, url or "")
    titles = (head.meta.get("og:title", ""), head.heading, head.title)
    return Metadata(
        title=next((title for title in map(_one_line, titles) if title), None),
        publisher=_one_line(head.meta.get("og:site_name", "")) or None,
        published=published,
        evidence=evidence,
        url=url,
    )


def _published(head: Head, url: str) -> tuple[PartialDate | None, str | None]:
    for key in _PUBLISHED:
        if found := timestamp_date(head.meta.get(key, "")):
            return found, f"stated by the page ({key})"
    for script in head.json_ld:
        for value in _dates_published(script):
            if found := timestamp_date(value):
                return found, "stated by the page (datePublished)"
    for value in head.times:
        if found := timestamp_date(value):
            return found, "stated by the page (time)"
    if found := address_date(url):
        return found, "date in the address"
    return None, None


def _dates_published(script: str) -> Iterator[str]:
    try:
        todo = [json.loads(script)]
    except (ValueError, RecursionError):
        return
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            date = value.get("datePublished")
            if isinstance(date, str):
                yield date
            todo.extend(reversed(list(value.values())))
        elif isinstance(value, list):
            todo.extend(reversed(value))


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and not any(char.isspace() for char in url)


def _one_line(text: str) -> str:
    return " ".join(text.split())
