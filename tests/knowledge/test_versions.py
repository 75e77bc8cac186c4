"""A newer version is told by title, publisher and date; what is said to supersede what makes sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.types import BadMetadata, Source
from knowledge.versions import check_supersedes, successions, superseded
from tests.documents import source


def plan(name: str, published: str | None, title: str = "The estates plan", **said: object) -> Source:
    return source(name, title, published=published, **{"publisher": "Harbour Board", **said})


def found(*known: Source, about: set[str] | None = None) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.newer.id, each.supersedes) for each in successions(known, about)]


OLD, NEW = plan("old", "2018-02"), plan("new", "2019-10-21")


@pytest.mark.parametrize(
    "title",
    [
        "The estates plan",
        "THE ESTATES PLAN!",
        "Estates plan v2",
        "Estates_Plan_FINAL (1)",
        "Estates plan, version 2.1",
        "Draft estates plan – revised",
        "Copy of Estates plan 2019/20",
        "Estates plan: 21 October 2019",
        "Estates plan (October 2019)",
    ],
)
def test_the_same_title_and_publisher_with_a_later_date_is_a_newer_version(title: str) -> None:
    newer = plan("new", "2019-10-21", title, publisher="harbour board")
    assert found(OLD, newer) == found(newer, OLD) == [("new", ("old",))]


@pytest.mark.parametrize(
    "other",
    [
        plan("new", "2019-10-21", "The estates plan of the port"),
        plan("new", "2019-10-21", publisher="The Port"),
        plan("new", None),
        plan("new", "2018-02-27"),
        plan("new", "2018"),
        plan("new", "2019", status="withdrawn"),
        plan("new", "2019", supersedes=("old",)),
    ],
)
def test_anything_less_is_not(other: Source) -> None:
    assert found(OLD, other) == []


def test_titles_that_are_only_dates_say_nothing() -> None:
    assert found(plan("a", "2018", "2018"), plan("b", "2019", "21 October 2019")) == []


def test_the_newest_supersedes_all_older_ones_and_keeps_what_it_superseded() -> None:
    newest = plan("newest", "2020", supersedes=("bylaws",))
    assert found(OLD, NEW, newest) == [("newest", ("bylaws", "new", "old"))]
    decided = plan("new", "2019-10-21", supersedes=("old",))
    assert found(OLD, decided, newest) == [("newest", ("bylaws", "new", "old"))]
    assert found(OLD, decided, plan("newest", "2020", supersedes=("new",))) == []


def test_two_of_the_same_day_are_both_newest() -> None:
    assert found(OLD, NEW, plan("page", "2019-10-21")) == [("new", ("old",)), ("page", ("old",))]


def test_only_what_concerns_the_documents_asked_about_is_found() -> None:
    assert found(OLD, NEW, about={"old"}) == found(OLD, NEW, about={"new"}) == [("new", ("old",))]
    assert found(OLD, NEW, about={"other"}) == []


def test_who_supersedes_a_document_is_known() -> None:
    known = (OLD, plan("b", "2019", supersedes=("old",)), plan("a", None, supersedes=("x", "old")))
    assert superseded(known) == {"old": ("a", "b"), "x": ("a",)}


CIRCLE = (
    plan("a", None, supersedes=("b",)),
    plan("b", None, supersedes=("c",)),
    plan("c", None),
    plan("plan-2018", None),
)


@pytest.mark.parametrize(
    ("document", "supersedes", "told"),
    [
        ("c", ("c",), "c cannot supersede itself. Name the ids of older documents."),
        (
            "c",
            ("plan-2019",),
            "c cannot supersede 'plan-2019': there is no such document in the library. Did you mean plan-2018? "
            "`merger-bot documents list` shows the ids.",
        ),
        (
            "c",
            ("plan-2018", "zzz"),
            "c cannot supersede 'zzz': there is no such document in the library. `merger-bot documents list` shows the "
            "ids.",
        ),
        (
            "c",
            ("a",),
            "c cannot supersede a, as it is the older of the two by what was said before: a supersedes b, b supersedes "
            "c. Correct that first, with `merger-bot documents set b supersedes=...`.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(document: str, supersedes: tuple[str, ...], told: str) -> None:
    with pytest.raises(BadMetadata) as refused:
        check_supersedes(document, supersedes, CIRCLE)
    assert str(refused.value) == told


def test_what_makes_sense_passes() -> None:
    for supersedes in ((), ("plan-2018",), ("c", "b")):
        check_supersedes("a", supersedes, CIRCLE)


IDS = st.sampled_from("abcde")


@given(st.lists(st.tuples(IDS, st.lists(IDS, max_size=3))))
def test_what_passes_never_closes_a_circle(said: list[tuple[str, list[str]]]) -> None:
    known = {name: plan(name, None) for name in "abcde"}
    for name, supersedes in said:
        try:
            check_supersedes(name, supersedes, known.values())
        except BadMetadata:
            continue
        known[name] = plan(name, None, supersedes=tuple(supersedes))
    left = dict(known)
    while free := [name for name in left if not set(left[name].supersedes) & set(left)]:
        for name in free:
            del left[name]
    assert left == {}
