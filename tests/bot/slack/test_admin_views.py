"""What admins see, built by pure functions: exact for what is usual, within Slack's limits for what is not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.incoming import Arrived, Waiting
from bot.order import Differs, Known, Named, Report, Unread
from bot.slack.types import Block, Message
from bot.slack.views.admin import facts_view, progress_message, received_message, report_message
from bot.slack.views.panel import Standing, documents_message, panel, snapshots_message, standing_message, words_message
from index.store import Snapshot
from knowledge.types import Metadata, Source
from tests.bot.slack.conftest import MANIFEST
from tests.bot.slack.fake_slack import live_markup, message_problem, view_problem
from tests.bot.slack.test_blocks import NASTY, URLS

TODAY = date(2019, 11, 1)
DIFFERS = Differs(
    id="start",
    question="When does it start?",
    kind="newly wrong",
    before="On 1 April. (approval)",
    now="declined: Not known.",
    documents_before=("approval",),
    documents_now=(),
)


def source(**facts: Any) -> Source:  # noqa: ANN401
    return Source(**{"id": "plan", "file": "plan.pdf", "sha256": "0" * 64, "title": "The plan", **facts})


def waiting(*arrived: Arrived, **changes: Any) -> Waiting:  # noqa: ANN401
    known = {"id": "a" * 32, "name": "plan.pdf", "size": 10, "came": datetime(2019, 11, 1, tzinfo=UTC)}
    one = Arrived(source=source(), becomes="added", format="PDF", words=3210)
    return Waiting(**{**known, "documents": arrived or (one,), **changes})


def lines(shown: Message | Block) -> list[str]:
    """What a person reads."""
    found: list[str] = []
    for block in shown["blocks"]:
        found += _lines(block)
    return found


def _lines(held: Block) -> list[str]:
    kind = held["type"]
    if kind in ("rich_text", "context"):
        return [line for element in held["elements"] for line in _lines(element)]
    if kind == "rich_text_list":
        return [f"• {line}" for element in held["elements"] for line in _lines(element)]
    if kind == "rich_text_section":
        words = "".join(f"*{leaf['text']}*" if leaf.get("style") else leaf["text"] for leaf in held["elements"])
        return words.strip("\n").split("\n")
    if kind == "actions":
        return [" ".join(f"[{element['text']['text']}]" for element in held["elements"])]
    if kind == "header":
        return [held["text"]["text"]]
    return [held["text"]] if kind == "plain_text" else []


def test_a_file_that_was_read_shows_what_is_known_and_what_is_odd() -> None:
    held = waiting(warnings=("Page 7 is a picture.",), said=Metadata(publisher="Eight CCGs", audience="HR"))
    assert lines(received_message(held, TODAY)) == [
        "I have read *plan.pdf*.",
        "*The plan*",
        "PDF, 3,210 words, a new document",
        "• Publisher: Eight CCGs",
        "• Date: not known",
        "• For: HR",
        "⚠ Page 7 is a picture.",
        "[Check the facts] [Leave it]",
    ]


def test_a_file_that_brings_nothing_new_can_only_be_left() -> None:
    held = waiting(Arrived(source=source(published="2019-10"), becomes="unchanged", format="PDF", words=1))
    assert lines(received_message(held, TODAY))[2:] == [
        "PDF, 1 words, nothing new: the library has it already",
        "• Publisher: not known",
        "• Date: October 2019",
        "• For: All staff",
        "[Leave it]",
    ]


def test_the_facts_are_asked_for_with_what_is_known() -> None:
    view = facts_view(waiting(said=Metadata(published="2019-10", status="approved")), ["HR"], "about")
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    assert list(elements) == ["title", "publisher", "published", "audience", "status", "url"]
    assert (elements["title"]["initial_value"], elements["published"]["initial_value"]) == ("The plan", "2019-10")
    assert "initial_value" not in elements["publisher"]
    assert [one["value"] for one in elements["audience"]["options"]] == ["all", "=HR"]
    assert elements["audience"]["initial_option"]["value"] == "all"
    assert elements["status"]["initial_option"]["value"] == "approved"
    assert (view["private_metadata"], view["callback_id"], view_problem(view)) == ("about", "facts", "")


def test_several_documents_are_not_asked_for_one_title() -> None:
    one = Arrived(source=source(), becomes="added", format="PDF", words=1)
    view = facts_view(waiting(one, one), [], "about")
    assert "title" not in [block["block_id"] for block in view["blocks"]]


def test_an_archive_with_a_document_for_few_is_not_opened_to_all_by_a_preset() -> None:
    open_to_all, for_few = (
        Arrived(source=source(audience=audience), becomes="added", format="PDF", words=1) for audience in ("", "HR")
    )
    view = facts_view(waiting(open_to_all, for_few), ["HR"], "about")
    [audience] = [block["element"] for block in view["blocks"] if block["block_id"] == "audience"]
    assert audience["initial_option"]["value"] == "=HR"


@pytest.mark.parametrize(("done", "of", "bar"), [(0, 4, "▱" * 12), (1, 4, "▰▰▰" + "▱" * 9), (4, 4, "▰" * 12)])
def test_progress_is_a_bar_and_a_count(done: int, of: int, bar: str) -> None:
    shown = progress_message("Trying out plan.pdf", "encoding", done, of)
    assert lines(shown) == ["Trying out plan.pdf …", f"{bar} Encoding passages: {done} of {of}"]


TRIED = Report(
    what="trial",
    added=(Named(id="plan", title="The plan"),),
    known=Known(answerable=271, right=229, unanswerable=75, declined=72, skipped=1),
)


def test_a_trial_says_what_would_change_and_offers_to_publish() -> None:
    shown = report_message(TRIED.model_copy(update={"differences": (DIFFERS,)}), "plan.pdf", "a" * 32)
    assert lines(shown) == [
        "*plan.pdf: *this is what would change. Nothing has been published yet.",
        "*Added: 1*",
        "• The plan",
        "Known questions: 229 of 271 right, 72 of 75 declined. 1 not asked: their documents are not there.",
        "*Newly wrong: *When does it start?",
        "• *Before: *On 1 April. (approval)",
        "• *Now: *declined: Not known.",
        "[Publish] [Change the facts] [Leave it]",
    ]


@pytest.mark.parametrize(
    ("changes", "waits", "head", "buttons"),
    [
        ({}, True, "this is what would change", "[Publish] [Change the facts] [Leave it]"),
        ({}, False, "this is what would change", "[Publish] [Leave it]"),
        ({"passes": False}, True, "it cannot be published", "[Change the facts] [Leave it]"),
        ({"added": ()}, False, "nothing would change", ""),
        ({"problem": "Somebody else is updating."}, True, "Somebody else", "[Try again] [Change the facts] [Leave it]"),
        ({"problem": "Somebody else is updating."}, False, "Somebody else", "[Try again] [Leave it]"),
        ({"what": "publish", "published": True, "version": "v0002"}, False, "published as v0002", ""),
        ({"what": "publish", "problem": "Not published."}, True, "Not published.", "[Try again] [Change the facts]"),
        ({"what": "update"}, False, "nothing had to be done", ""),
        ({"what": "rollback", "published": True, "version": "v0001"}, False, "back to v0001", ""),
    ],
)
def test_each_outcome_has_its_sentence_and_what_can_be_done_next(
    changes: dict[str, Any], waits: bool, head: str, buttons: str
) -> None:
    shown = lines(report_message(TRIED.model_copy(update=changes), "It", "a" * 32 if waits else ""))
    assert shown[0].startswith(f"*It: *{head}")
    assert shown[-1].startswith(buttons)
    assert shown[-1].startswith("[") == bool(buttons)


STANDING = Standing("v0002", None, MANIFEST.created, 68, 5, 1, ("plan",), ("a.pdf", "b.pdf"), 3)


def test_how_things_stand() -> None:
    assert lines(standing_message(STANDING)) == [
        "• Index: *v0002*, made on 1 November 2019, 09:30 UTC",
        "• 5 documents, 68 passages",
        "• 1 document not for all staff",
        "• Not in the index as they are now: plan",
        "• Sent and not published: a.pdf, b.pdf",
        "• 3 questions not answered in the last 7 days",
        "[Try an update] [Documents] [Go back] [Unanswered]",
    ]


def test_documents_are_listed_by_pages_the_newest_first() -> None:
    many = [source(id=f"d{n:02}", title=f"Title {n}", published=f"20{n:02}") for n in range(1, 43)]
    many.append(source(id="hr", title="Pay", audience="HR", status="superseded"))
    first = lines(documents_message(many, {one.id for one in many} - {"d42"}, 1))
    assert (first[0], len(first)) == ("43 documents, page 1 of 3:", 22)
    assert first[1:3] == ["• *Title 42* · 2042 · not in the index yet", "• *Title 41* · 2041"]
    assert first[-1] == "[Older ones]"
    assert lines(documents_message(many, {"hr"}, 99))[-1] == "• *Pay* · no date · for HR · superseded"


def test_older_indexes_can_be_gone_back_to() -> None:
    snapshots = [Snapshot("v0002", MANIFEST, True, "", True), Snapshot("v0001", MANIFEST, False, "", True)]
    assert lines(snapshots_message(snapshots)) == [
        "Live is v0002. Going back takes a second, and publishing again undoes it.",
        "v0001, made on 1 November 2019, 09:30 UTC, 1 document",
        "[Go back to v0001]",
    ]
    assert lines(snapshots_message(snapshots[:1])) == ["Live is v0002. There is no older index."]


def test_a_word_that_is_not_known_is_answered_with_those_that_are() -> None:
    assert lines(words_message(("status",), "<!here>"))[:2] == [
        "I do not know “<!here>”. This is what you can do:",
        "• */merger admin status*: how library and index stand",
    ]


WORDS = st.one_of(st.sampled_from(NASTY), st.text(max_size=3_000))
SOURCES = st.builds(
    lambda title, publisher, audience: source(title=title, publisher=publisher, audience=audience, url=URLS[0]),
    WORDS,
    WORDS,
    WORDS,
)
ARRIVED = st.builds(lambda one, form: Arrived(source=one, becomes="added", format=form, words=1), SOURCES, WORDS)
NAMED = st.lists(st.builds(lambda title: Named(id="plan", title=title), WORDS), max_size=200).map(tuple)
REPORTS = st.builds(
    lambda names, words, count, what: Report(
        what=what,
        added=names,
        changed=names[:3],
        removed=names[:30],
        unreadable=tuple(Unread(id="plan", reason=words, kept=True) for _ in range(count)),
        differences=tuple(DIFFERS.model_copy(update={"question": words, "now": words}) for _ in range(count)),
        problem=words if count % 2 else "",
        known=Known(answerable=1),
        stale=names,
    ),
    NAMED,
    WORDS,
    st.integers(0, 60),
    st.sampled_from(("trial", "publish", "rollback")),
)


def check(shown: Message) -> None:
    payload: dict[str, Any] = {"channel": "C1", **shown}
    assert message_problem(payload) == ""
    assert live_markup(payload) == []


@given(st.lists(ARRIVED, min_size=1, max_size=30), WORDS, st.lists(WORDS, max_size=30))
def test_every_file_fits(arrived: list[Arrived], name: str, warnings: list[str]) -> None:
    held = waiting(*arrived, name=name, warnings=tuple(warnings))
    check(received_message(held, TODAY))
    view = facts_view(held, sorted({one.source.audience for one in arrived}), "about")
    assert (view_problem(view), live_markup(view)) == ("", [])


@given(REPORTS, WORDS)
def test_every_report_fits(report: Report, what: str) -> None:
    check(report_message(report, what, "a" * 32))
    check(progress_message(what, "asking", 3, 0))


@given(st.lists(SOURCES, max_size=60), st.integers(0, 9), WORDS, st.lists(WORDS, max_size=60))
def test_every_library_fits(known: list[Source], page: int, typed: str, names: list[str]) -> None:
    check(documents_message(known, set(), page))
    check(words_message(("status", "documents"), typed))
    standing = Standing("v0001", None, MANIFEST.created, 1, 1, 1, tuple(names), tuple(names), 1)
    check(standing_message(standing))
    view = {"type": "home", "blocks": panel(standing)}
    assert (view_problem(view), live_markup(view)) == ("", [])
