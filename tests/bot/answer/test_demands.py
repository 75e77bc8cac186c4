"""What a question insists on."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.demands import Demand, sought
from bot.answer.names import collect
from bot.answer.question import read
from bot.answer.types import Asks, Question
from tests.documents import source

TODAY = date(2031, 1, 1)
SOURCE = source(published="2030-05")
NAMES = collect(["The chair is Ann Marsh. She met Bob Hill in Northport, and Bob Hill met Dr Poole in Eastbay."])


def question(text: str) -> Question:
    return read(text, (), TODAY, NAMES)


def suits(made: Question, words: str) -> bool:
    return sought(made, NAMES).suits(words, SOURCE)


def unmet(made: Question, words: str, context: str) -> tuple[Demand, ...]:
    return sought(made, NAMES).within(context, SOURCE).unmet(words, SOURCE, suits(made, words))


def lacking(text: str, words: str, context: str = "") -> tuple[Demand, ...]:
    return unmet(question(text), words, f"{context} {words}")


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("when is it", "It starts on 1 April 2030.", True),
        ("when is it", "It was built in 1847.", True),
        ("when is it", "It starts at 14:30.", True),
        ("when is it", "It starts at 3 p.m. each time.", True),
        ("when is it", "It was dug in the 18th century.", True),
        ("when is it", "It opened two years ago.", True),
        ("when is it", "It starts at the end of June.", True),
        ("when is it", "It may start soon.", False),
        ("How soon is it?", "It opens within three weeks.", True),
        ("How soon is it?", "It opens on 3 May.", True),
        ("How long does it last?", "It lasts a fortnight: 14 days.", True),
        ("How long does it last?", "It runs from 2029 to 2031.", True),
        ("How long does it last?", "It lasts long.", False),
        ("How long is the pier?", "The pier is 300 metres long.", True),
        ("How long is the pier?", "The pier opened in 2029.", False),
        ("how many boats are there", "There are 2,000 boats.", True),
        ("how many boats are there", "There were 2000 boats.", True),
        ("how many boats are there", "In 2000 boats were late.", False),
        ("how many boats are there", "One of the boats is late.", False),
        ("how many boats are there", "The boats are here, as all of us in the two towns could see.", False),
        ("how many boats are there", "Nineteen boats are there.", True),
        ("how many harbour boards sailed", "Six boards of harbours sailed.", True),
        ("how many people came", "Sixteen colleagues came.", True),
        ("how many sheep drowned", "Seven sheep did.", True),
        ("how much did it cost", "It cost £300.", True),
        ("how much did it cost", "It cost forty pounds.", True),
        ("What does a ticket cost?", "A ticket costs 4 euros.", True),
        ("What does a ticket cost?", "There are 4 tickets.", False),
        ("How much is a ticket?", "Tickets are free.", True),
        ("What proportion of boats is new?", "A third of the boats are new.", True),
        ("What proportion of boats is new?", "Nine out of ten are.", True),
        ("What proportion of boats is new?", "The third boat is new, and they ran out of fuel.", False),
        ("Why is it late?", "It is late because of fog.", True),
        ("Why is it late?", "It is late.", False),
        ("Who is the chair?", "Ann Marsh chairs it.", True),
        ("Who is the chair?", "Dr Poole chairs it.", True),
        ("Who is the chair?", "The Harbour Board chairs it.", False),
        ("Who replaced Ann Marsh as chair?", "Ann Marsh was chair.", False),
        ("Who replaced Ann Marsh as chair?", "Ann Marsh was chair before Bob Hill.", True),
        ("Who can sail?", "Sailors of Northport Harbour can.", True),
        ("Who can sail?", "Anyone can.", False),
        ("What is Ann Marsh's role?", "Marsh is the chair.", True),
        ("What is Ann Marsh's role?", "Marshall is the chair.", False),
        ("What is Ann Marsh's role?", "Marsh is late.", False),
        ("tell me", "Anything at all.", True),
    ],
)
def test_words_suit_when_they_have_what_is_asked_for(text: str, words: str, right: bool) -> None:
    assert suits(question(text), words) is right


@pytest.mark.parametrize(
    ("text", "words", "demands"),
    [
        ("When is the ferry late?", "The ferry is late.", (Demand.DATE,)),
        ("How many ferries are there?", "The ferries are late.", (Demand.NUMBER,)),
        ("Who is the chair?", "There is a chair.", (Demand.PERSON,)),
        ("Who is the mayor?", "There is a mayor.", (Demand.PERSON,)),
        ("Who can sail?", "Anyone can.", ()),
        ("What are the names of the board members?", "The members met.", (Demand.PERSON,)),
        ("What are the names of the board members?", "Ann Marsh and Bob Hill met.", ()),
        ("What was found?", "They will look for the wreck.", (Demand.OUTCOME,)),
        ("What were the results of the survey?", "Review the survey of the results.", (Demand.OUTCOME,)),
        ("What were the results of the survey?", "The survey found that it would float.", ()),
        ("Why was the lantern scrapped?", "The lantern was lit because of fog.", (Demand.PREMISE,)),
        ("Why was the lantern scrapped?", "The lantern was cancelled because of fog.", ()),
        ("Why wasn’t it delayed?", "It didn’t wait because of fog.", ()),
        ("Is the ferry to Eastbay late?", "The ferry to Northport is late.", (Demand.NAMES,)),
        ("is the ferry to eastbay late?", "The ferry to Northport is late.", (Demand.NAMES,)),
        ("Is the ferry to Eastbay late?", "The ferry to Eastbay is late.", ()),
        ("Is John Marsh late?", "Ann Marsh is late.", (Demand.NAMES,)),
        ("Is Ann Marsh late?", "Mrs Marsh is late.", ()),
        ("Do the 1,500 boats sail?", "The 2,500 boats sail.", (Demand.NUMBERS,)),
        ("Do the 1,500 boats sail?", "The 1500 boats sail.", ()),
        ("Do the three boats sail?", "The 3 boats sail.", ()),
        ("Do both boats sail, or one?", "The boats sail.", ()),
        ("What is berth A3?", "This is berth A2.", (Demand.NUMBERS,)),
        ("what is berth a3", "This is berth A3.", ()),
        ("Does it sail on 3 May 2022, in 2022/23?", "It sails.", (Demand.TIME,)),
        ("Does it sail on 3 May 2022, in 2022/23?", "It sails from May 2022.", ()),
        ("Who was the harbour master in 2045?", "In 2031 the harbour master was Ann Marsh.", (Demand.TIME,)),
        ("Who chairs the board?", "Ann Marsh is director of the board.", (Demand.OFFICE,)),
        ("Who chairs the board?", "Ann Marsh is its chairwoman.", ()),
        ("Who chairs the board of the new harbour?", "Ann Marsh chairs the Eastbay board.", (Demand.OFFICE,)),
        ("Who chairs the board of the new harbour?", "Ann Marsh chairs its single board.", ()),
        ("Who is the new chair?", "Ann Marsh is the chair.", ()),
        ("How many boats has the new harbour?", "Nationally there are 900 boats.", (Demand.NUMBER,)),
        ("How many boats are there nationally?", "Nationally there are 900 boats.", ()),
        ("How many boats are there?", "Nationally there are 900 boats.", ()),
        ("Where can I moor?", "The Eastbay board met in March on Monday.", (Demand.PLACE,)),
        ("Where can I moor?", "Boats moor at Northport.", ()),
        ("Where can I moor?", "Ask at the office.", ()),
        ("where can i moor in eastbay", "Boats moor in Eastbay.", (Demand.PLACE,)),
        ("Where did the board stand on it?", "The board was against it.", ()),
        ("When does the ferry start?", "The ferry was praised in May 2031.", (Demand.DATE,)),
        ("When does the ferry start?", "The ferry sails from May 2031.", ()),
        ("Does it sail at 10am on the 3rd?", "It sails.", ()),
    ],
)
def test_what_a_question_insists_on_must_be_there(text: str, words: str, demands: tuple[Demand, ...]) -> None:
    assert lacking(text, words) == demands


def test_names_and_numbers_may_stand_in_the_context() -> None:
    assert lacking("Are the three ferries to Eastbay late?", "They are late.", "Eastbay: its three ferries.") == ()


def test_a_person_must_stand_in_the_words_themselves() -> None:
    assert lacking("Who is the chair?", "She is the chair.", "Ann Marsh is here.") == (Demand.PERSON,)


@given(st.text(), st.sampled_from(Asks), st.text())
def test_any_words_are_weighed_for_any_question(asked: str, kind: Asks, words: str) -> None:
    person = "Ann Marsh" if kind is Asks.ROLE else ""
    made = replace(question("x"), text=asked, asks=kind, person=person)
    missing = unmet(made, words, words)
    assert len(set(missing)) == len(missing)


@pytest.mark.parametrize(
    ("text", "blob", "right"),
    [
        ("how much does it cost", "1," * 50_000, False),
        ("how much does it cost", "million " * 12_000, False),
        ("how much does it cost", "how much is " * 8_000, False),
        ("who can sail", "Aa'Bb" * 20_000, False),
        ("who is the chair", "Dr Aa B. " * 11_000, True),
        ("what was found", "what did " * 11_000, True),
        ("how long is it", "1" * 100_000, False),
        ("how many boats sail", "one of the " * 9_000, True),
        ("list the names of the members", "names of a " * 9_000, True),
        ("why was it rejected", "a" * 100_000, False),
    ],
)
def test_words_without_an_end_are_gone_through_once(text: str, blob: str, right: bool) -> None:
    made = question(text)
    assert suits(made, f"{blob} 300 boats.") is right
    assert Demand.NAMES not in unmet(replace(made, text=blob), blob, blob)


def test_from_is_a_beginning_only_before_a_time() -> None:
    assert lacking("When does the ferry start?", "After May 2031 the board has members from the whole coast.") == (
        Demand.DATE,
    )
    assert lacking("When does the ferry start?", "From 23 May 2031 there is a ferry.") == ()
