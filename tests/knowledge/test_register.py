"""What is known about a document is put together in the order of trust, and no date is invented."""

from __future__ import annotations

import pytest

from knowledge.metadata import parse_assignments
from knowledge.readers import read
from knowledge.register import Entry, corrected, described, new_entry
from knowledge.types import Metadata, Source

SHA = "0" * 64
SAID = Metadata()


def entry(text: str, file: str = "plan.md", admin: Metadata = SAID, listed: Metadata = SAID) -> Entry:
    return described(new_entry(file, SHA, ()), SHA, read(text.encode(), file), admin, listed)


def dated(source: Source) -> tuple[str | None, str]:
    return source.published, source.evidence


FRONT = "---\npublished: 2019-10\n---\n# The plan\n\nIt begins.\n"


def test_an_admin_is_trusted_before_sources_yaml_and_that_before_the_file() -> None:
    admin, listed = Metadata(published="2017"), Metadata(published="2018")
    assert dated(entry(FRONT, admin=admin, listed=listed).source) == ("2017", "set by an admin")
    assert dated(entry(FRONT, listed=listed).source) == ("2018", "sources.yaml")
    assert dated(entry(FRONT).source) == ("2019-10", "stated in the file")


@pytest.mark.parametrize(
    ("text", "file", "published", "evidence"),
    [
        ("# The plan\n\nIt begins on 3 May 2031.\n", "plan.md", None, ""),
        ("# The plan\n\nPublished: 21/10/2019\n\nIt begins.\n", "plan.md", "2019-10-21", "stated in the text"),
        ("The plan\n\nFebruary 2018\n\nIt begins soon.\n", "plan.txt", "2018-02", "stated in the text"),
        ("<h1>The plan</h1><p>It begins.</p><footer>© 2019</footer>", "plan.html", None, ""),
        (
            "# The plan\n\nPublished: 31/02/2019\n\nIt begins.\n",
            "plan.md",
            None,
            "the text states '31/02/2019', which is not a date with the day first",
        ),
        (
            "<meta name='pubdate' content='2019-02-31'><h1>The plan</h1><p>Published: 31/02/2019</p>",
            "plan.html",
            None,
            "the page states '2019-02-31' (pubdate), which is not a date",
        ),
    ],
)
def test_the_date_that_a_file_gives(text: str, file: str, published: str | None, evidence: str) -> None:
    assert dated(entry(text, file).source) == (published, evidence)


URL = "https://example.org/news/2019-10-29/plan"


def test_an_address_dates_a_document_that_nothing_else_dates() -> None:
    assert dated(entry("It begins.", listed=Metadata(url=URL)).source) == ("2019-10-29", "date in the address")
    assert dated(entry(FRONT, listed=Metadata(url=URL)).source) == ("2019-10", "stated in the file")
    later = corrected(entry("It begins."), Metadata(url=URL))
    assert dated(later.source) == ("2019-10-29", "date in the address")
    moved = corrected(later, Metadata(url=URL.replace("2019", "2020")))
    assert dated(moved.source) == ("2020-10-29", "date in the address")
    known = corrected(moved, Metadata(published="2018"))
    assert dated(known.source) == ("2018", "set by an admin")
    assert dated(corrected(known, Metadata(url=URL)).source) == ("2018", "set by an admin")


def test_what_an_admin_said_outlives_a_new_file() -> None:
    said = corrected(entry("# Old\n\nIt begins."), Metadata(published="2018-02", publisher="Harbour Board"))
    again = described(said, "1" * 64, read(FRONT.encode(), "plan.md"), Metadata(), Metadata())
    assert dated(again.source) == ("2018-02", "set by an admin")
    assert (again.source.publisher, again.source.title) == ("Harbour Board", "The plan")


@pytest.mark.parametrize("said", ["published=", "published= "])
def test_an_admin_can_take_a_wrong_date_away(said: str) -> None:
    unknown = parse_assignments([said])
    wrong = entry(FRONT, admin=Metadata(url="https://example.org/2016/01/02/"))
    assert dated(wrong.source) == ("2019-10", "stated in the file")
    without = corrected(wrong, unknown)
    assert dated(without.source) == (None, "set by an admin")
    anew = described(without, SHA, read(FRONT.encode(), "plan.md"), SAID, SAID)
    assert dated(anew.source) == (None, "set by an admin")
    assert dated(corrected(anew, Metadata(published="2020")).source) == ("2020", "set by an admin")
