"""Reading a question."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.answer.names import Names, collect
from bot.answer.question import MOST_CHARS, MOST_PARTS, cleaned, parts, read
from bot.answer.types import Asks, Day, QuestionRefused, Turn

TODAY = date(2019, 11, 1)
EARLIER = (Turn(question="Who runs the western group?", answer="Bob does."),)
NAMES = collect(
    [
        "The ferry board met in Northgate. Then Chair Ann Example spoke, and then Ben Sample spoke. "
        "People in Northgate and in Southgate like Ann Example."
    ]
)


def asks(text: str, names: Names = NAMES) -> Asks:
    return read(text, (), TODAY, names).asks


def reads(text: str) -> str:
    """The words that are looked up."""
    return read(text, (), TODAY, NAMES).text


def earlier(text: str, *before: str) -> str:
    return read(text, [Turn(question=question) for question in before], TODAY, NAMES).earlier


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who chairs the board?", Asks.WHO),
        ("to whom does the board report", Asks.WHO),
        ("when the pier closes, who pays?", Asks.WHO),
        ("In the new harbour, who chairs the board?", Asks.WHO),
        ("WHO OWNS THE PIER", Asks.WHO),
        ("“who owns the pier?”", Asks.WHO),
        ("when does it start", Asks.WHEN),
        ("pier - when?", Asks.WHEN),
        ("by when must I apply", Asks.WHEN),
        ("What date is the review?", Asks.WHEN),
        ("what is the date of the meeting", Asks.WHEN),
        ("what's the deadline", Asks.WHEN),
        ("start date?", Asks.WHEN),
        ("deadline for applications", Asks.WHEN),
        ("how much longer is it closed", Asks.WHEN),
        ("how many groups agreed", Asks.HOW_MANY),
        ("whats the price of a ticket", Asks.HOW_MANY),
        ("total number of boats in the fleet?", Asks.HOW_MANY),
        ("After the merger, how many boards will there be?", Asks.HOW_MANY),
        ("Why did GPs vote for it?", Asks.WHY),
        ("reason for the closure", Asks.WHY),
        ("how come the pier closes", Asks.WHY),
        ("what are the conditions", Asks.LIST),
        ("Which groups did Ann run?", Asks.LIST),
        ("which of the ferries are old", Asks.LIST),
        ("what type of boats are used", Asks.LIST),
        ("list every role", Asks.LIST),
        ("benefits of the new pier", Asks.LIST),
        ("What is an ICP?", Asks.WHAT_IS),
        ("what does ICS stand for", Asks.WHAT_IS),
        ("icp?", Asks.WHAT_IS),
        ("explain quays", Asks.WHAT_IS),
        ("Is the approval final?", Asks.YES_NO),
        ("isn’t the pier closed", Asks.YES_NO),
        ("are all the piers open", Asks.YES_NO),
        ("The pier is closed?", Asks.YES_NO),
        ("where is the head office", Asks.WHERE),
        ("tell me about the merger", Asks.OTHER),
        ("What happens when the pier closes?", Asks.OTHER),
        ("which of the ferries is fastest", Asks.OTHER),
        ("which council owns the pier", Asks.OTHER),
        ("What did the boards say?", Asks.OTHER),
    ],
)
def test_the_kind_of_a_question_is_read_from_its_words(text: str, kind: Asks) -> None:
    assert asks(text) is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who is Ann Example?", Asks.ROLE),
        ("what does ann example do", Asks.ROLE),
        ("ben sample's job", Asks.ROLE),
        ("Ann Example?", Asks.ROLE),
        ("Who replaced Ann Example?", Asks.WHO),
        ("Who is Ann Example's deputy?", Asks.WHO),
        ("What does Ann Example, the chair, say about fares?", Asks.WHAT_IS),
        ("When did Ann Example become chair?", Asks.WHEN),
        ("tell me about Ann Example", Asks.OTHER),
    ],
)
def test_a_question_about_a_person_asks_for_the_role_only_if_it_says_so(text: str, kind: Asks) -> None:
    assert asks(text) is kind


@pytest.mark.parametrize(
    ("put", "meant", "kind"),
    [
        ("do you know who runs the ferries", "who runs the ferries", Asks.WHO),
        ("any idea when the pier opens?", "when the pier opens?", Asks.WHEN),
        ("can u tell me how many ferries there are pls", "how many ferries there are", Asks.HOW_MANY),
        ("can someone explain why the pier closed", "why the pier closed", Asks.WHY),
        ("i was wondering if you could tell me who the chair is", "who the chair is", Asks.WHO),
        ("I was wondering whether ferries run on Sundays", "ferries run on Sundays", Asks.YES_NO),
        ("I'm not sure when the pier opens", "when the pier opens", Asks.WHEN),
        ("wondering about the timetable", "the timetable", Asks.OTHER),
        ("is it true that the pier is closing?", "the pier is closing?", Asks.YES_NO),
        ("can you confirm that the pier closes?", "the pier closes?", Asks.YES_NO),
        ("I heard the pier closes in May, is that true?", "the pier closes in May", Asks.YES_NO),
        ("the pier closes in May, right?", "the pier closes in May", Asks.YES_NO),
        ("can you list the terms", "list the terms", Asks.LIST),
        ("wen does the pier open", "when does the pier open", Asks.WHEN),
        ("2. When does it open?", "When does it open?", Asks.WHEN),
        ("Q: who owns the pier", "who owns the pier", Asks.WHO),
    ],
)
def test_phrases_around_a_question_are_taken_away(put: str, meant: str, kind: Asks) -> None:
    assert (reads(put), asks(put)) == (meant, kind)


@pytest.mark.parametrize("text", ["is it true?", "any idea?", "do you know?", "pls", "I was wondering"])
def test_a_question_that_is_nothing_but_such_a_phrase_keeps_it(text: str) -> None:
    assert reads(text) == text


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Who chairs the board and when does it meet?", ["Who chairs the board", "when does it meet?"]),
        ("who chairs it, and when does it meet?", ["who chairs it", "when does it meet?"]),
        ("who owns the pier? when does it open?", ["who owns the pier?", "when does it open?"]),
        ("who owns the pier; when does it open", ["who owns the pier", "when does it open"]),
        ("1) who owns the pier 2) when does it open", ["who owns the pier", "when does it open"]),
        ("When and where is the meeting?", ["When is the meeting?", "where is the meeting?"]),
        ("What did the board decide and why?", ["What did the board decide", "why?"]),
        ("What is the pier and is it open?", ["What is the pier", "is it open?"]),
        ("how many boats and how many crew", ["how many boats", "how many crew"]),
        ("When the pier closes, who pays?", ["When the pier closes, who pays?"]),
        ("Does the board meet and vote?", ["Does the board meet and vote?"]),
        ("what are the terms and conditions", ["what are the terms and conditions"]),
        ("tell me about the pier", ["tell me about the pier"]),
        ("Who is Ann? Who is Ben? Where is it? When?", ["Who is Ann?", "Who is Ben?", "Where is it? When?"]),
    ],
)
def test_a_message_is_taken_apart_into_its_questions(message: str, questions: list[str]) -> None:
    assert [question for question, _ in parts(message)] == questions


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("I work at the quay. When do we move? Kind regards, Sam", [("When do we move?", "I work at the quay.")]),
        ("my pier closes soon. when does it reopen", [("when does it reopen", "my pier closes soon.")]),
        (
            "We get a new quay. Where is it? When does it open?",
            [("Where is it?", "We get a new quay."), ("When does it open?", "We get a new quay.")],
        ),
        ("I heard the pier closes. Is that true?", [("I heard the pier closes, Is that true?", "")]),
    ],
)
def test_what_is_told_around_a_question_goes_with_it(message: str, expected: list[tuple[str, str]]) -> None:
    assert parts(message) == expected


def test_a_text_that_is_too_long_is_not_taken_apart() -> None:
    text = "Who is it? " * MOST_CHARS
    assert parts(text) == [(text, "")]


@pytest.mark.parametrize(
    "text",
    [
        "and in east Kent?",
        "what about Medway?",
        "why?",
        "What was his role before?",
        "when",
        "Who else?",
        "who approved it",
        "Is that approved?",
        "what was the first plan they rejected",
        "tell me more",
        "who was in charge then",
        "which one?",
        "who will be there?",
    ],
)
def test_a_question_that_leans_on_the_one_before_brings_it_along(text: str) -> None:
    assert earlier(text, EARLIER[0].question) == EARLIER[0].question


@pytest.mark.parametrize(
    "text",
    [
        "Which conditions does the approval have?",
        "Is there a deadline for the new pier?",
        "Will staff lose their jobs?",
        "Will the pier close if it loses money?",
        "Who said that the pier is safe?",
        "Which ferries run this year?",
        "What is the one rule of the quay?",
    ],
)
def test_a_question_that_stands_alone_brings_nothing_along(text: str) -> None:
    assert earlier(text, EARLIER[0].question) == ""


def test_a_first_question_leans_on_nothing() -> None:
    assert read("and in east Kent?", (), TODAY).earlier == ""


def test_a_chain_of_follow_ups_leans_on_the_question_that_stands_alone() -> None:
    assert earlier("and in Medway?", "Who runs the board?", "and in the east?", "why?") == "Who runs the board?"
    assert earlier("why?", "and in the east?", "when?") == "and in the east?"


def test_a_follow_up_asks_what_the_question_before_asked() -> None:
    assert read("and in the south?", EARLIER, TODAY).asks is Asks.WHO
    assert read("what about the ferries?", EARLIER, TODAY).asks is Asks.WHO


@pytest.mark.parametrize(
    ("before", "text", "left"),
    [
        ("What is Ben Sample's new role?", "and Ann Example's?", "What is new role?"),
        ("What does Ann Example do in Northgate?", "and in Southgate?", "What does Ann Example do in ?"),
        ("who runs the pier in northgate", "and in southgate", "who runs the pier in"),
        ("When does Northgate open?", "what about weekends?", "When does Northgate open?"),
        ("Who was chair in 2018?", "and in 2019?", "Who was chair ?"),
        ("What is Ben Sample's new role?", "What was his role before?", ""),
    ],
)
def test_a_name_in_the_place_of_the_one_before_drives_it_out(before: str, text: str, left: str) -> None:
    assert earlier(text, before) == left


@pytest.mark.parametrize(
    ("question", "answer", "text", "meant"),
    [
        ("What is Ben Sample's role?", "", "where did he work before", "where did Ben Sample work before"),
        (
            "Who is chair?",
            "The chair is Ann Example.",
            "what was her role before?",
            "what was Ann Example’s role before?",
        ),
        (
            "Who is deputy?",
            "Ann Example is chair. The deputy is Ben Sample.",
            "what does he do",
            "what does Ben Sample do",
        ),
        ("Who is chair?", "", "what does she do", "what does she do"),
        (
            "Who is chair?",
            "Ben Sample.",
            "Did Ann Example say when she leaves?",
            "Did Ann Example say when she leaves?",
        ),
    ],
)
def test_a_pronoun_means_the_person_of_the_turn_before(question: str, answer: str, text: str, meant: str) -> None:
    assert read(text, (Turn(question=question, answer=answer),), TODAY, NAMES).text == meant


def test_a_pronoun_may_mean_a_person_of_an_earlier_turn() -> None:
    thread = [Turn(question="Who is chair?", answer="Ann Example is."), Turn(question="why?", answer="It was agreed.")]
    assert read("what is her job", thread, TODAY, NAMES).text == "what is Ann Example’s job"


def test_a_follow_up_for_more_knows_what_was_said() -> None:
    assert read("who else?", EARLIER, TODAY).said == "Bob does."
    assert read("why?", EARLIER, TODAY).said == ""


def test_a_fragment_keeps_the_time_of_the_question_before_and_now_does_not() -> None:
    thread = [Turn(question="Who was chair in 2018?")]
    assert read("and the deputy?", thread, TODAY).days == (Day(2018),)
    assert read("and in 2019?", thread, TODAY).days == (Day(2019),)
    assert read("and now?", thread, TODAY).days == ()


def test_names_and_times_are_read() -> None:
    question = read("who led northgate in early 2018", (), TODAY, NAMES)
    assert (question.names, question.days) == (frozenset({"northgat"}), (Day(2018),))
    assert read("who used to lead it", (), TODAY).looks_back
    assert read("which piers have ferries", (), TODAY).listed == {"pier", "ferri"}


def test_white_space_is_made_single() -> None:
    assert read("  Who\n\tis\u00a0it about ", (), TODAY).text == "Who is it about"


def test_half_a_character_is_replaced() -> None:
    assert cleaned("who \ud83d is") == "who ? is"


@pytest.mark.parametrize("text", ["", "  \n ", "🙂🙂", "?!…", "—"])
def test_a_question_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(QuestionRefused, match="Ask something like"):
        read(text, (), TODAY)


def test_a_question_that_is_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(QuestionRefused, match="10,000 characters; at most 2,000"):
        read("a" * 10_000, (), TODAY)
    assert read("a" * MOST_CHARS, (), TODAY).text == "a" * MOST_CHARS


_pieces = st.sampled_from(
    [
        "who",
        "when",
        "is",
        "it",
        "that",
        "Ann Example",
        "the pier",
        "and",
        ",",
        "?",
        ". ",
        "1)",
        "pls",
        "true",
        "2018",
        "'",
    ]
)
_sloppy = st.one_of(st.text(max_size=200), st.lists(_pieces, max_size=40).map(" ".join))


@given(_sloppy, _sloppy)
@example("? " * 900, "is " * 600 + "?" * 100 + "a")
@example("who, " * 300, "i was wondering if you " * 80)
def test_whatever_is_typed_is_read_or_refused(text: str, before: str) -> None:
    questions = parts(cleaned(text))
    assert 1 <= len(questions) <= MOST_PARTS
    for question, about in questions:
        try:
            found = read(question, (Turn(question=before, answer=before),), TODAY, NAMES, about)
        except QuestionRefused:
            continue
        assert found.text


@pytest.mark.parametrize("piece", ["?", "who, ", "is ", "a", "i was wondering ", "1) ", "that ", "Ab of "])
def test_a_hundred_thousand_characters_are_refused_at_once(piece: str) -> None:
    text = cleaned(piece * (100_000 // len(piece)) + "!a")
    ((question, about),) = parts(text)
    assert (question, about) == (text, "")
    with pytest.raises(QuestionRefused, match="at most 2,000"):
        read(question, (), TODAY)


def test_a_question_mark_by_itself_is_no_second_question() -> None:
    assert parts("When does it sail? ?") == [("When does it sail?", "")]
