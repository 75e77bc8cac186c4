from __future__ import annotations

from pathlib import Path

import pytest

from bot import Assistant, evaluate
from bot.answer.types import Answer, Citation, Part, Turn
from bot.evaluate import Outcome, Pair, PairsProblem, Report
from index.types import Encoder
from knowledge.audience import Audience
from tests.bot.conftest import PAIRS, PLAN, Home

FERRY = "The new ferry starts on 3 May 2022."


@pytest.fixture(scope="session")
def assistant(encoder: Encoder) -> Assistant:
    return Assistant.of([("ferry", "The ferry plan", PLAN.partition("# ")[2])], encoder)


def answer(text: str = FERRY, document: str = "ferry") -> Answer:
    cited = Citation(
        number=1,
        document=document,
        title="",
        publisher="",
        published=None,
        url="",
        section="",
        page=None,
        start=0,
        end=len(text),
        quote=text,
    )
    return Answer(
        id="1",
        question="When?",
        abstained=not text,
        reason="" if text else "Nobody knows.",
        confidence=0.5,
        as_of=None,
        text=text,
        parts=(Part(text=text, citations=(1,)),) if text else (),
        citations=(cited,) if text else (),
        index_version="v0001",
        took_ms=1.0,
    )


def pair(**fields: object) -> Pair:
    return Pair.model_validate({"id": "p", "question": "When does it start?", **fields})


@pytest.mark.parametrize(
    ("asked", "said", "problem"),
    [
        (pair(), answer(), ""),
        (pair(must_contain=["3 may", r"\d{4}"], must_not_contain=["June"], sources=["ferry"]), answer(), ""),
        (pair(sources=["plan", "ferry"]), answer(), ""),
        (pair(answerable=False), answer(""), ""),
        (pair(answerable=False), answer(), "Answered, though the documents do not say."),
        (pair(), answer(""), "Declined: Nobody knows."),
        (pair(must_contain=["May", "June", "July"]), answer(), "The answer lacks June, July."),
        (pair(must_not_contain=["MAY", "June"]), answer(), "The answer has MAY."),
        (pair(sources=["plan", "fair"]), answer(), "It cites ferry and not plan or fair."),
    ],
)
def test_an_answer_is_right_or_it_is_said_why_not(asked: Pair, said: Answer, problem: str) -> None:
    assert evaluate.problem_with(asked, said) == problem


def report() -> Report:
    days = {"category": "days"}
    return Report(
        (
            Outcome(pair(**days), answer(), ""),
            Outcome(pair(**days), answer(""), "Declined."),
            Outcome(pair(category="people"), answer(), "It lacks."),
            Outcome(pair(category="people"), None, ""),
            Outcome(pair(answerable=False, **days), answer(""), ""),
            Outcome(pair(answerable=False, category="no"), answer(), "Answered."),
        )
    )


def test_outcomes_are_counted_by_category_without_what_was_skipped() -> None:
    counted = [
        (tally.name, tally.answerable, tally.asked, tally.right, tally.declined, tally.wrong, tally.share)
        for tally in report().by_category()
    ]
    assert counted == [
        ("days", True, 2, 1, 1, 0, 0.5),
        ("people", True, 1, 0, 0, 1, 0.0),
        ("days", False, 1, 1, 1, 0, 1.0),
        ("no", False, 1, 0, 0, 1, 0.0),
    ]
    assert report().skipped == 1
    assert [outcome.problem for outcome in report().failures] == ["Declined.", "It lacks.", "Answered."]


def test_both_shares_must_reach_the_gate() -> None:
    assert report().tally(True).share == 1 / 3
    assert report().tally(False).share == 0.5
    assert report().passes(1 / 3, 0.5)
    assert not report().passes(0.34, 0.5)
    assert not report().passes(1 / 3, 0.51)
    assert Report(()).passes(1, 1)


def test_a_follow_up_is_asked_in_its_thread_and_a_pair_whose_document_is_missing_is_skipped(
    assistant: Assistant,
) -> None:
    first = pair(id="a", question="When does the new ferry start?", must_contain=["3 May 2022"], sources=["ferry"])
    follow_up = pair(id="b", question="when?", follows="a", must_contain=["3 May 2022"])
    alone = pair(id="c", question="when?")
    missing = pair(id="d", sources=["ferry", "fair"])
    after_missing = pair(id="e", question="and then?", follows="d", answerable=False)
    done = evaluate.run(assistant, [first, follow_up, alone, missing, after_missing])
    assert [(outcome.pair.id, outcome.right, outcome.skipped) for outcome in done.outcomes] == [
        ("a", True, False),
        ("b", True, False),
        ("c", False, False),
        ("d", False, True),
        ("e", False, True),
    ]
    assert done.outcomes[0].answer is not None
    turn = Turn(question="When does the new ferry start?", answer=done.outcomes[0].answer.text)
    assert [outcome.thread for outcome in done.outcomes] == [(), (turn,), (), (), ()]


def test_what_was_declined_is_asked_again_with_nothing_held_back(encoder: Encoder) -> None:
    """One that never answers shows what it would have said, in the same conversations and as sure as before."""
    plan = Assistant.of([("ferry", "The ferry plan", PLAN.partition("# ")[2])], encoder)
    timid = Assistant(plan.index, encoder, answer_at=1.1)
    first = pair(id="a", question="When does the new ferry start?", must_contain=["3 May 2022"], sources=["ferry"])
    second = pair(id="b", question="who chairs it?", follows="a", must_contain=["Bob"])
    skipped = pair(id="c", sources=["fair"])
    served = evaluate.run(timid, [first, second, skipped])
    assert [outcome.answered for outcome in served.outcomes] == [False, False, False]
    bold = evaluate.holding_nothing_back(timid, served)
    assert [(outcome.answered, outcome.problem) for outcome in bold.outcomes[:2]] == [
        (True, ""),
        (True, "The answer lacks Bob."),
    ]
    assert bold.outcomes[2] == served.outcomes[2]
    for before, after in zip(served.outcomes[:2], bold.outcomes[:2], strict=True):
        assert before.answer is not None
        assert after.answer is not None
        assert (after.thread, after.answer.confidence) == (before.thread, before.answer.confidence)


def test_the_pairs_of_an_audience_are_asked_of_who_answers_it_now_and_again(encoder: Encoder) -> None:
    plan = Assistant.of([("ferry", "The ferry plan", PLAN.partition("# ")[2])], encoder)
    nobody, timid = Assistant.of([], encoder), Assistant(plan.index, encoder, answer_at=1.1)
    limited = {frozenset({"HR"}): timid}.__getitem__
    when = pair(id="a", question="When does the new ferry start?", must_contain=["3 May 2022"], sources=["ferry"])
    pairs = [when, when.model_copy(update={"id": "b", "audience": "HR"})]
    served = evaluate.run(nobody, pairs, limited=limited)
    assert [(outcome.skipped, outcome.answered) for outcome in served.outcomes] == [(True, False), (False, False)]
    bold = evaluate.holding_nothing_back(nobody, served, limited)
    assert [(outcome.skipped, outcome.right) for outcome in bold.outcomes] == [(True, False), (False, True)]
    assert [outcome.skipped for outcome in evaluate.run(nobody, pairs).outcomes] == [True, True]


def test_skipped_is_what_rests_on_documents_that_cannot_be_read_and_what_follows_it() -> None:
    fair, after, ferry = (
        pair(id="fair", sources=["fair"]),
        pair(id="after", follows="fair"),
        pair(id="ferry", sources=["ferry"]),
    )
    limited = fair.model_copy(update={"id": "limited", "audience": "HR"})

    def readable(audience: Audience) -> set[str]:
        return {"ferry", "fair"} if "HR" in audience else {"ferry"}

    assert evaluate.skipped([fair, after, ferry, limited], readable) == {"fair", "after"}


def test_what_was_answered_is_not_asked_again(assistant: Assistant) -> None:
    served = evaluate.run(assistant, [pair(question="When does the new ferry start?")])
    assert evaluate.holding_nothing_back(assistant, served).outcomes[0] is served.outcomes[0]


BROKEN = {
    "a: b": "the file must be a list of pairs, each with id, question, answerable, must_contain and sources.",
    "just words": "the file must be a list of pairs, each with id, question, answerable, must_contain and sources.",
    "- {id: a}": "pair 1 (a), question: this is missing.",
    "- {question: Who is it}": "pair 1 (without id), id: this is missing.",
    "- words": "pair 1 (without id), the pair: Input should be a valid dictionary or instance of Pair.",
    "- {id: a, question: Who is it}\n- {id: b, question: Who is it, must: [x]}": (
        "pair 2 (b), must: no pair has this. A pair may have id, category, question, follows, today, answerable, "
        "must_contain, must_not_contain, sources, audience."
    ),
    "- {id: a, question: ''}": (
        "pair 1 (a), question: There is no question. Ask something like: When does the single CCG start?"
    ),
    "- {id: a, question: Who is it, must_contain: ['(']}": (
        "pair 1 (a), must_contain.0: '(' is not a regular expression: missing ), unterminated subpattern at position 0."
    ),
    '- {id: a, question: Who is it, sources: [b, "c\\ud800"]}': (
        r"pair 1 (a), sources: 'utf-8' codec can't encode character '\ud800' in position 1: surrogates not allowed."
    ),
    "- {id: a, question: Who is it}\n- {id: a, question: Who is he}": (
        "there is another known pair with the id 'a'. Give one of them another."
    ),
    "- {id: a, question: Who is it, follows: b}\n- {id: b, question: Who is he}": (
        "the pair 'a' follows 'b', which does not stand before it in the file."
    ),
}


@pytest.mark.parametrize(("text", "problem"), BROKEN.items())
def test_a_broken_file_of_pairs_is_named_with_the_pair(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "pairs.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(PairsProblem) as found:
        evaluate.load([file])
    assert str(found.value) == f"{file}: {problem}"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"- id: a\n- {id: b ?}\n", "line 2: expected ',' or '}', but got '?'"),
        (b"- id: a\n- \xff\n", "'utf-8' codec can't decode byte 0xff in position 10: invalid start byte"),
        (b"- {id: a, today: 2021-02-31}", "day is out of range for month"),
        (b"[" * 5000, "maximum recursion depth exceeded"),
    ],
)
def test_a_file_that_is_no_yaml_is_named_with_the_place(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "pairs.yaml"
    file.write_bytes(content)
    with pytest.raises(PairsProblem) as found:
        evaluate.load([file])
    assert str(found.value).startswith(f"{file} is not YAML in UTF-8: {why}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PairsProblem) as found:
        evaluate.load([tmp_path / "no.yaml"])
    assert str(found.value) == f"{tmp_path / 'no.yaml'} cannot be read: No such file or directory."


def test_an_empty_file_has_no_pairs_and_the_same_id_in_two_files_is_refused(tmp_path: Path) -> None:
    empty, one, two = (tmp_path / name for name in ("empty.yaml", "one.yaml", "two.yaml"))
    empty.write_text("# nothing yet\n", "utf-8")
    one.write_text(PAIRS, "utf-8")
    two.write_text(PAIRS, "utf-8")
    assert evaluate.load([empty]) == ()
    assert [known.id for known in evaluate.load([one])] == ["ferry-start", "chair", "football", "fair"]
    with pytest.raises(PairsProblem, match=r"two\.yaml: there is another known pair with the id 'ferry-start'"):
        evaluate.load([one, two])


def test_the_command_counts_by_category_and_names_each_failure(home: Home, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.yaml"
    pairs.write_text(PAIRS.replace("3 may 2022", "4 June 2022"), "utf-8")
    ran = home.run("evaluate", pairs)
    assert ran.code == 1
    shown = ran.out.splitlines()
    assert shown[:7] == [
        "Category      asked  right  declined  share",
        "dates             1      0         0     0%",
        "people            1      1         0   100%",
        "unanswerable      1      1         1   100%",
        "",
        "ferry-start: When does the new ferry start?",
        "    The answer lacks 4 June 2022.",
    ]
    assert shown[7].startswith("    Said: The new ferry between Northport and Eastbay starts on 3 May 2022.")
    assert shown[-3:] == [
        "",
        "Known pairs: 1 of 2 answerable right (50%), 1 of 1 not answerable declined",
        "(100%); 1 skipped for lack of their documents (fair).",
    ]
    assert ran.err == "Under the gate: 80% right and 75% declined are asked for.\n"


def test_the_command_passes_at_the_gate_and_writes_each_outcome_as_json(home: Home) -> None:
    ran = home.run("evaluate", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert [(line["pair"]["id"], line["problem"], line["answer"] is None) for line in ran.json] == [
        ("ferry-start", "", False),
        ("chair", "", False),
        ("football", "", False),
        ("fair", "", True),
    ]
    assert home.run("evaluate").code == 0


def test_the_gate_can_be_set(home: Home, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.yaml"
    pairs.write_text(PAIRS.replace("Anna Marsh", "Bob Reed"), "utf-8")
    assert home.run("evaluate", pairs).code == 1
    assert home.run("evaluate", pairs, MERGER_BOT_GATE_RIGHT="0.5").code == 0


def test_the_report_can_be_written_as_a_page(home: Home, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.yaml"
    pairs.write_text(PAIRS.replace("3 may 2022", "4 June 2022"), "utf-8")
    file = tmp_path / "page.html"
    assert home.run("evaluate", pairs, "--report", file, MERGER_BOT_GATE_RIGHT="0.5").code == 0
    page = file.read_text("utf-8")
    assert "<strong>The gate is passed.</strong>" in page
    assert "pairs.yaml: 3 asked, 1 skipped" in page
    assert "v0001, built" in page
    assert "The answer lacks 4 June 2022." in page
    assert page.count('<svg role="img"') == 2


def test_a_page_that_cannot_be_written_is_named(home: Home, tmp_path: Path) -> None:
    where = tmp_path / "no" / "page.html"
    refused = home.run("evaluate", "--report", where)
    assert refused.code == 1
    assert refused.err == f"The report cannot be written to {where}: No such file or directory. Name another file.\n"
