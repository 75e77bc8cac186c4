"""What a page says of itself: the date of publication and of nothing else, and who published it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from knowledge.readers.head import Head, metadata
from knowledge.types import Metadata

NONE: Mapping[str, str] = {}


def said(*things: object, canonical: str = "", times: tuple[str, ...] = (), meta: Mapping[str, str] = NONE) -> Metadata:
    """What a page says that has these JSON-LD things and meta tags."""
    scripts = tuple(json.dumps(thing) for thing in things)
    return metadata(Head("", "", meta, canonical, scripts, times))


@pytest.mark.parametrize(
    ("key", "value", "published"),
    [
        ("article:published_time", "2019-10-21T16:00:32+01:00", "2019-10-21"),
        ("dcterms.issued", "2019-10", "2019-10"),
        ("dc.date", "21 October 2019", "2019-10-21"),
        ("citation_publication_date", "2019/10/21", "2019-10-21"),
        ("pubdate", "21/10/2019", "2019-10-21"),
        ("article:modified_time", "2019-10-21", None),
        ("dcterms.modified", "2019-10-21", None),
        ("copyright", "2019", None),
    ],
)
def test_a_meta_tag_that_dates_the_page(key: str, value: str, published: str | None) -> None:
    found = said(meta={key: value})
    assert (found.published, found.evidence) == (published, published and f"stated by the page ({key})")


def test_the_outermost_work_dates_the_page_and_no_other_work_does() -> None:
    others = [{"@type": "NewsArticle", "datePublished": "2011-01-01"}]
    deep = {"@graph": [{"comment": others, "itemListElement": others}, {"mainEntity": {"datePublished": "2019-10-21"}}]}
    assert said(deep).published == "2019-10-21"
    assert (
        said({"mainEntity": {"datePublished": "2012-01-01"}, "datePublished": "2019-10-21"}).published == "2019-10-21"
    )
    assert said({"relatedLink": others, "isPartOf": others[0]}).published is None
    assert said({"dateModified": "2019-10-21"}, 7, None, "2019-10-21").published is None


def test_the_order_of_trust_is_meta_tag_then_json_ld_then_time_then_address() -> None:
    url = "https://example.org/2014/01/01/plan"
    thing = {"datePublished": "2012-01-01"}
    assert said(thing, canonical=url, times=("2013-01-01",), meta={"pubdate": "2011-01-01"}).published == "2011-01-01"
    assert said(thing, canonical=url, times=("2013-01-01",)).published == "2012-01-01"
    assert said(canonical=url, times=("2013-01-01",)).published == "2013-01-01"
    assert said(canonical=url) == Metadata(url=url, published="2014-01-01", evidence="date in the address")


@pytest.mark.parametrize(
    ("value", "shown"),
    [("2019-02-31", "2019-02-31"), ("2019-13-01T10:00", "2019-13-01T10:00"), ("9/31/2019", "9/31/2019")],
)
def test_a_date_that_cannot_be_is_told_and_not_used(value: str, shown: str) -> None:
    found = said({"datePublished": value})
    assert (found.published, found.evidence) == (
        None,
        f"the page states '{shown}' (datePublished), which is not a date",
    )
    assert said({"datePublished": value}, times=("2019-03-01",)).evidence == "stated by the page (time)"
    assert said({"datePublished": "soon"}).evidence is None


def test_the_publisher_is_the_site_or_who_the_page_names() -> None:
    thing = {"publisher": {"@type": "Organization", "name": " Harbour\nBoard "}}
    assert said(thing).publisher == "Harbour Board"
    assert said(thing, meta={"og:site_name": "The Port"}).publisher == "The Port"
    assert said({"publisher": "https://example.org/about"}, {"publisher": {"name": 7}}).publisher is None
