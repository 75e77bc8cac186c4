"""Front matter, sources.yaml and key=value say the same things in the same words, and name the line that is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.metadata import KEYS, doubts, merge, parse_assignments, parse_front_matter, parse_sources
from knowledge.types import BadMetadata, Metadata
from tests.documents import source

SHARED = Path(__file__).parents[2].parent / "shared" / "sources" / "sources.yaml"

FRONT = """---
title: "Two trusts: one plan"
publisher: Example Trust
published: 2019-10-21
precision: month
supersedes: [plan-2017, plan-2018]
status:
---
# Body
"""


def test_front_matter_gives_metadata_and_where_the_body_begins() -> None:
    said, body = parse_front_matter(FRONT, "plan.md")
    assert said == Metadata(
        title="Two trusts: one plan",
        publisher="Example Trust",
        published="2019-10",
        supersedes=("plan-2017", "plan-2018"),
    )
    assert FRONT[body:] == "# Body\n"


@pytest.mark.parametrize(
    "text", ["", "# Body", "---\n\nA rule above.\n\n---\n", "---", "----\ntitle: x\n----\n", " ---\ntitle: x\n---\n"]
)
def test_a_text_without_a_leading_block_says_nothing(text: str) -> None:
    assert parse_front_matter(text, "plan.md") == (Metadata(), 0)


def test_an_empty_block_says_nothing_and_is_left_out_of_the_body() -> None:
    assert parse_front_matter("---\n---\nBody", "plan.md") == (Metadata(), 8)
    assert parse_front_matter("---\n# a comment\n...\nBody", "plan.md") == (Metadata(), 20)


@pytest.mark.parametrize(
    ("written", "read"), [("2019-10-21", "2019-10-21"), ("2018-02", "2018-02"), ("2018", "2018"), ("'2018'", "2018")]
)
def test_a_date_is_taken_as_it_is_written(written: str, read: str) -> None:
    assert parse_front_matter(f"---\npublished: {written}\n---\n", "plan.md")[0].published == read


@pytest.mark.parametrize(
    ("precision", "published"), [("day", "2019-10-21"), ("month", "2019-10"), ("year", "2019"), ("none", None)]
)
def test_precision_shortens_the_date(precision: str, published: str | None) -> None:
    text = f"---\npublished: 2019-10-21\nprecision: {precision}\n---\n"
    assert parse_front_matter(text, "plan.md")[0].published == published


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("title: A\nauthor: B", "`plan.md`, line 3: unknown key 'author'; the keys are title, publisher,"),
        ("title: A\ntitle: B", "`plan.md`, line 3: title is given twice; keep one of the two."),
        ("title: A\n  kind: B: C", "`plan.md`, line 3: this is not YAML ("),
        ("title: [A", "`plan.md`, line 2: this is not YAML ("),
        ("title: A\nkind: 'B", "`plan.md`, line 3: this is not YAML ("),
        ("title: A\nkind: \x01", "`plan.md`, line 3: there is a character here that YAML does not allow"),
        ("kind: B\ntitle: [A]", "`plan.md`, line 3: title needs a text, not a list."),
        ("supersedes: {a: b}", "`plan.md`, line 2: supersedes needs a list of ids."),
        ("published: 2019-02-30", "`plan.md`, line 2: published is '2019-02-30', which is not a date; write 2019-10"),
        ("published: soon", "`plan.md`, line 2: published is 'soon', which is not a date;"),
        ("status: old", "`plan.md`, line 2: status is 'old', which is not a status; write proposed, approved,"),
        ('title: "\\ud800"', "`plan.md`, line 2: title is '\\ud800', which is not readable text"),
        ("published: 2018\nprecision: day", "`plan.md`, line 3: precision is day, but published is only 2018;"),
        ("precision: day", "`plan.md`, line 2: precision is day, but published is missing;"),
        ("published: 2018\nprecision: week", "`plan.md`, line 3: precision is 'week'; write day, month, year or none."),
        ("just words", "`plan.md`, line 2: expected lines of the form `key: value`."),
        ("x: " + "[" * 1000, "`plan.md`, line 2: this YAML cannot be read;"),
    ],
)
def test_bad_front_matter_is_refused_with_file_and_line(lines: str, message: str) -> None:
    with pytest.raises(BadMetadata) as refused:
        parse_front_matter(f"---\n{lines}\n---\nBody", "plan.md")
    assert str(refused.value).startswith(message)


def test_front_matter_that_is_never_closed_is_refused() -> None:
    with pytest.raises(BadMetadata, match=r"`plan.md`, line 1: the front matter is opened here but never closed"):
        parse_front_matter("---\ntitle: A\n\nBody", "plan.md")


def test_sources_are_listed_by_file_in_their_order() -> None:
    text = "# ours\n- file: b.txt\n  title: B\n  published: 2018\n- file: a.txt\n  precision: none\n  published: 2017\n"
    said = parse_sources(text, "sources.yaml")
    assert list(said.items()) == [("b.txt", Metadata(title="B", published="2018")), ("a.txt", Metadata())]


def test_an_empty_list_of_sources_is_no_error() -> None:
    assert parse_sources("# nothing yet\n", "sources.yaml") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b", "`sources.yaml`, line 1: expected a list: each entry begins with `- file: NAME`."),
        ("- file: a.txt\n- title: B", "`sources.yaml`, line 2: this entry does not say which file it is about;"),
        ("- file: a.txt\n  colour: red", "`sources.yaml`, line 2: unknown key 'colour'; the keys are file, title,"),
        ("- file: a.txt\n\n- file: a.txt", "`sources.yaml`, line 3: a.txt is listed twice, first in line 1;"),
        ("- file: a.txt\n  published: x", "`sources.yaml`, line 2: published is 'x', which is not a date;"),
        ("- a.txt", "`sources.yaml`, line 1: expected lines of the form `key: value`."),
        ("- file: a.txt\n bad", "`sources.yaml`, line 2: this is not YAML ("),
    ],
)
def test_bad_sources_are_refused_with_the_line(text: str, message: str) -> None:
    with pytest.raises(BadMetadata) as refused:
        parse_sources(text, "sources.yaml")
    assert str(refused.value).startswith(message)


@pytest.mark.skipif(not SHARED.exists(), reason="the folder of the originals is not there")
def test_the_list_of_the_originals_is_read() -> None:
    said = parse_sources(SHARED.read_text("utf-8"), SHARED.name)
    assert [metadata.published for metadata in said.values()] == [
        "2019-10-21",
        "2018-01",
        "2019-10-21",
        "2019-10-29",
        "2018-02",
    ]


def test_assignments_from_a_command_line() -> None:
    said = parse_assignments(["published=2019-10-21", "precision=month", "supersedes=a, b,", "title=x = y", "kind="])
    assert said == Metadata(published="2019-10", supersedes=("a", "b"), title="x = y", kind="")


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        ("title", "'title' is not of the form key=value. The keys are title,"),
        ("name=x", "'name' is not something a document has. The keys are " + ", ".join(KEYS) + "."),
        ("publishd=2019", "'publishd' is not something a document has. Did you mean published? The keys are title, "),
        ("date=2019", "'date' is not something a document has. Did you mean published? The keys are title, "),
        ("published=21/10/2019", "Published is '21/10/2019', which is not a date; write 2019-10-21."),
        ("published=October 2019", "Published is 'October 2019', which is not a date; write 2019-10."),
        ("published=YYYY-MM-DD", "Published is 'YYYY-MM-DD', which is not a date; write 2019-10-21, 2019-10 or 2019."),
        (
            "status=old",
            "Status is 'old', which is not a status; write proposed, approved, superseded, withdrawn, none.",
        ),
        ("ocr=perhaps", "Ocr is 'perhaps', which is neither yes nor no; write true or false."),
        ("title=", "Title is empty; give the document a title."),
        ("published=then", "Published is 'then', which is not a date; write 2019-10-21, 2019-10 or 2019."),
    ],
)
def test_bad_assignments_are_refused(pair: str, message: str) -> None:
    with pytest.raises(BadMetadata) as refused:
        parse_assignments([pair])
    assert str(refused.value).startswith(message)


def test_an_assignment_given_twice_is_refused() -> None:
    with pytest.raises(BadMetadata, match=r"kind is given twice. Give it once."):
        parse_assignments(["kind=a", "kind=b"])


def test_the_first_layer_that_says_something_wins_field_by_field() -> None:
    admin, page = Metadata(title="A", publisher=""), Metadata(title="B", publisher="P", url="https://example.org/")
    assert merge(admin, page) == Metadata(title="A", publisher="", url="https://example.org/")
    assert merge() == Metadata()


def test_evidence_comes_from_the_layer_that_gave_the_date() -> None:
    admin, page = Metadata(published="2019"), Metadata(published="2018", evidence="date in the address")
    assert merge(admin, page) == Metadata(published="2019")
    assert merge(Metadata(evidence="a guess"), page) == page
    assert merge(Metadata(), Metadata(evidence="none given")).evidence == "none given"


@given(st.text(alphabet="-.\n:[]{}'\"&*!|>% #atile\\u", max_size=60))
def test_any_text_gives_metadata_or_is_refused(text: str) -> None:
    for parse in (parse_front_matter, parse_sources):
        try:
            parse(f"---\n{text}\n---\n" if parse is parse_front_matter else text, "any.yaml")
        except BadMetadata as error:
            assert str(error).startswith("`any.yaml`, line ")


CORRECT = "Check it, and correct it with `merger-bot documents set plan published=YYYY-MM-DD`."


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, ()),
        ({"published": "2021-03-04"}, ()),
        ({"published": "2021-03"}, ()),
        ({"published": "2021-03-05"}, ("`plan.md` is dated 5 March 2021, which is after today.",)),
        (
            {"published": "2022", "evidence": "date in the address"},
            ("`plan.md` is dated 2022 (date in the address), which is after today.",),
        ),
        ({"published": "1019-03-04"}, ("`plan.md` is dated 4 March 1019, which is before 1948.",)),
        (
            {"evidence": "the page states '2019-02-31' (time), which is not a date"},
            ("`plan.md` is undated: the page states '2019-02-31' (time), which is not a date.",),
        ),
        ({"evidence": "set by an admin"}, ()),
    ],
)
def test_a_date_that_can_hardly_be_is_doubted(said: dict[str, str], told: tuple[str, ...]) -> None:
    assert doubts(source(**said), date(2021, 3, 4)) == tuple(f"{sentence} {CORRECT}" for sentence in told)
