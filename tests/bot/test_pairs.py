from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from bot import Assistant, evaluate, pairs
from bot.evaluate import Pair, PairsProblem
from bot.home import BUNDLED, EMPTY_PAIRS
from bot.pairs import PairRefused, add_pair, new_pair, would_pass
from index.types import Encoder
from knowledge.types import Document, Source
from tests.bot.conftest import PAIRS, PLAN, Home

TEXT = "The new ferry starts on 3 May 2022.\nAnna Marsh (b. 1970) chairs the harbour\nboard. It costs £1.5 million."
FERRY = {"ferry": Document(Source(id="ferry", file="ferry.txt", sha256="0" * 64, title="The ferry plan"), TEXT, ())}
WHEN = "From what day does the ferry run?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The known pairs of the harbour, with a comment at their end."""
    written = tmp_path / "questions.yaml"
    written.write_text(f"# Known pairs.\n\n{PAIRS}# More of them later.\n", "utf-8")
    return written


def added(file: Path, question: str, *words: str) -> Pair:
    pair = new_pair(file, question, words, ["ferry"] if words else [])
    add_pair(file, pair, FERRY)
    return pair


def test_a_pair_is_appended_in_the_style_of_the_file_and_all_before_it_stays(file: Path) -> None:
    before = file.read_bytes()
    added(file, "When's the ferry's first day?", "3 May 2022", "£1.5 million")
    added(file, "Who is\nthe captain?")
    assert file.read_bytes().removeprefix(before).decode() == (
        "\n"
        "- id: ferry-first-day\n"
        "  category: added\n"
        "  question: 'When''s the ferry''s first day?'\n"
        "  answerable: true\n"
        "  must_contain: ['3 May 2022', '£1\\.5 million']\n"
        "  sources: [ferry]\n"
        "\n"
        "- id: captain\n"
        "  category: unanswerable\n"
        '  question: "Who is\\nthe captain?"\n'
        "  answerable: false\n"
    )
    assert [path.name for path in file.parent.iterdir() if not path.name.startswith(".questions")] == [file.name]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        (EMPTY_PAIRS, EMPTY_PAIRS.replace("[]", "")),
        ("\ufeff# None yet.\r\n[] # none\r\n", "\ufeff# None yet.\r\n # none\r\n"),
        ("# None yet.", "# None yet."),
        (PAIRS.rstrip("\n"), PAIRS.rstrip("\n")),
        (PAIRS.replace("\n", "\r\n"), PAIRS.replace("\n", "\r\n")),
        ("  - id: one\n    question: |\n      Who\n      is it?\n    answerable: false", None),
        ("- {id: one, question: Who, answerable: false}\n...\n", None),
    ],
    ids=["empty", "none", "bom", "comment", "no end of line", "windows", "indented", "marker"],
)
def test_the_pairs_before_are_kept_however_their_file_ends(tmp_path: Path, before: str, after: str | None) -> None:
    file = tmp_path / "questions.yaml"
    file.write_bytes(before.encode())
    known = evaluate.load([file])
    if before.endswith("...\n"):
        with pytest.raises(PairRefused, match="for what stands there would change"):
            added(file, WHEN, "3 May")
        assert file.read_bytes() == before.encode()
        return
    pair = added(file, WHEN, "3 May")
    assert evaluate.load([file]) == (*known, pair)
    assert file.read_bytes().startswith((before if after is None else after).encode())
    assert (b"\r\n- id" in file.read_bytes()) == ("\r\n" in before)


def test_pairs_in_square_brackets_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "questions.yaml"
    file.write_text("[{id: one, question: Who, answerable: false}]\n", "utf-8")
    with pytest.raises(PairRefused, match="in square brackets, where nothing can be added"):
        added(file, WHEN, "3 May")
    assert file.read_text("utf-8") == "[{id: one, question: Who, answerable: false}]\n"


def test_the_bundled_pairs_take_another(tmp_path: Path) -> None:
    file = tmp_path / "questions.yaml"
    before = (BUNDLED / "questions.yaml").read_bytes()
    file.write_bytes(before)
    pair = added(file, "Who feeds the cat?")
    assert file.read_bytes().startswith(before)
    assert evaluate.load([file])[-1] == pair


HOSTILE = st.one_of(
    st.text(min_size=1, max_size=60).map(lambda text: f"who {text}"),
    st.lists(
        st.sampled_from(
            [
                "who", "'", '"', "\n", "\r\n", "\r", "\t", " ", "# ", ": ", "- ", "---\n", "...\n", "!!x ",
                "&a", "*a", "{", "}", "[", "]", "|", ">", "%", "@", "`", "\\", "\\n", "🚢", "👩‍🚀", "\u202e", "\u200f",
                "\ufeff", "\u2028", "\x85", "\x00", "\x1b[31m", "שלום", "null", "~", "=", "<<: ", "\ue000", "\uffff",
            ]
        ),
        max_size=12,
    ).map(lambda pieces: "".join(["who ", *pieces])),
)  # fmt: skip


@given(HOSTILE, st.lists(HOSTILE.filter(str.strip), max_size=3))
def test_hostile_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, question: str, words: list[str]
) -> None:
    file = tmp_path_factory.mktemp("home") / "questions.yaml"
    file.write_text(PAIRS, "utf-8")
    says = {"ferry": Document(FERRY["ferry"].source, "\n".join(words), ())}
    pair = new_pair(file, question, words, ["ferry"] if words else [])
    add_pair(file, pair, says)
    *known, last = evaluate.load([file])
    assert (last, last.question) == (pair, question)
    assert len(known) == 4
    assert file.read_text("utf-8").startswith(PAIRS)
    lines = file.read_bytes().decode().removeprefix(PAIRS).split("\n")
    assert len(lines) == (8 if words else 6)
    assert "".join(lines).isprintable()


@pytest.mark.parametrize("name", ["yes", "2020-04-01", "- id", "a: b", "plan #2", "!!x", "", " ", "\u202e", "1e3"])
def test_an_id_of_a_document_may_be_any_text(file: Path, name: str) -> None:
    add_pair(file, new_pair(file, WHEN, ["3 may"], [name]), {name: FERRY["ferry"]})
    assert evaluate.load([file])[-1].sources == (name,)


def test_ids_are_made_of_the_question_and_never_taken(file: Path) -> None:
    assert added(file, "Who IS the captain??").id == "captain"
    assert added(file, "captain").id == "captain-2"
    assert added(file, "what is it").id == "what-is-it"
    assert added(file, "что это").id == "pair"
    assert len(added(file, "sea " * 40).id) <= pairs.MOST_ID_CHARS


def test_what_cannot_be_asked_makes_no_pair(file: Path) -> None:
    with pytest.raises(PairRefused, match=r"^The pair cannot be asked: There is no word in the question\."):
        new_pair(file, "?!")
    with pytest.raises(PairRefused, match="cannot be asked: The question has 2,001 characters"):
        new_pair(file, "a" * 2001)
    with pytest.raises(PairRefused, match="cannot be asked"):
        new_pair(file, "who \ud800")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"question": "When does the  NEW ferry start"}, "This question is a known pair already: ferry-start."),
        ({"id": "chair"}, "There is another known pair with the id 'chair'. Add it again with another id."),
        ({"sources": ("ferry", "fare")}, "No document with the id 'fare' is in the index."),
        ({"sources": ()}, "Name the document that the answer rests on"),
        ({"must_contain": ()}, "Say which words must be in the answer, or that the question must be declined."),
        ({"must_contain": ("3 May", "")}, "'' is in every answer, so it says nothing."),
        ({"must_contain": ("(x)?",)}, "is in every answer"),
        ({"must_contain": ("4 May",)}, "ferry: '4 May' is nowhere in the text, and answers are in the documents' own"),
        ({"must_contain": ("x^",)}, "is nowhere in the text"),
        ({"answerable": False}, "A question that must be declined has no words to expect and no sources."),
    ],
)
def test_a_pair_that_cannot_be_right_is_refused(file: Path, fields: dict[str, object], message: str) -> None:
    before = file.read_bytes()
    good = {"id": "day", "question": WHEN, "must_contain": ("3 May",), "sources": ("ferry",)}
    with pytest.raises(PairRefused) as refused:
        add_pair(file, Pair.model_validate({**good, **fields}), FERRY)
    assert message in str(refused.value)
    assert file.read_bytes() == before
    add_pair(file, Pair.model_validate(good), FERRY)


def test_words_are_found_across_lines_and_yes_and_no_are_our_own(file: Path) -> None:
    added(file, "Who leads the board?", "(B. 1970) chairs the  harbour board", "yes")
    assert evaluate.load([file])[-1].must_contain == (r"\(B\. 1970\) chairs the harbour board", "yes")


def test_a_question_of_another_day_or_in_another_conversation_is_another_one(file: Path) -> None:
    asked = {"question": "When does the new ferry start?", "must_contain": ("3 May",), "sources": ("ferry",)}
    add_pair(file, Pair.model_validate({**asked, "id": "then", "today": "2021-01-01"}), FERRY)
    add_pair(file, Pair.model_validate({**asked, "id": "after", "follows": "chair"}), FERRY)
    assert [pair.id for pair in evaluate.load([file])][-2:] == ["then", "after"]


def test_a_file_that_cannot_be_read_is_named(file: Path) -> None:
    file.write_text("pairs: none\n", "utf-8")
    with pytest.raises(PairsProblem, match=r"questions\.yaml: the file must be a list of pairs"):
        new_pair(file, WHEN)
    with pytest.raises(PairsProblem, match=r"questions\.yaml: the file must be a list of pairs"):
        add_pair(file, Pair(id="p", question=WHEN, answerable=False), FERRY)
    assert file.read_text("utf-8") == "pairs: none\n"


def test_a_disk_that_is_full_leaves_the_file_as_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = file.read_bytes()

    def full(path: Path, content: bytes) -> None:
        path.write_bytes(content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("knowledge.disk.write", full)
    with pytest.raises(PairRefused, match=r"cannot be written: No space left on device\. Free some space"):
        added(file, WHEN, "3 May")
    assert file.read_bytes() == before
    assert not list(file.parent.glob(".tmp-*"))


def test_whoever_finds_the_file_locked_too_long_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "WAIT_SECONDS", 0.0)
    pair = new_pair(file, WHEN, ["3 May"], ["ferry"])
    with (
        FileLock(file.with_name(".questions.yaml.lock")),
        pytest.raises(PairRefused, match="Another process is adding a pair"),
    ):
        add_pair(file, pair, FERRY)


def test_a_link_stays_a_link_and_rights_stay_as_they_are(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    added(link, WHEN, "3 May")
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert evaluate.load([file])[-1].question == WHEN


ADDING = """
import sys
from pathlib import Path
from bot.evaluate import Pair
from bot.pairs import add_pair
for number in range(4):
    name = f"{sys.argv[2]}-{number}"
    add_pair(Path(sys.argv[1]), Pair(id=name, question=f"Who is {name}?", answerable=False), {})
"""


def test_processes_and_threads_that_add_at_once_lose_nothing(file: Path) -> None:
    others = [subprocess.Popen([sys.executable, "-c", ADDING, file, name]) for name in ("one", "two")]
    with ThreadPoolExecutor(4) as threads:
        here = [Pair(id=f"here-{n}", question=f"Who is here-{n}?", answerable=False) for n in range(8)]
        list(threads.map(lambda pair: add_pair(file, pair, {}), here))
    assert [other.wait(60) for other in others] == [0, 0]
    known = [pair.id for pair in evaluate.load([file])]
    assert sorted(known[4:]) == sorted(
        [*(pair.id for pair in here), *(f"{name}-{n}" for name in ("one", "two") for n in range(4))]
    )


def test_a_pair_is_asked_at_once_and_what_was_said_is_shown(file: Path, encoder: Encoder) -> None:
    assistant = Assistant.of([("ferry", "The ferry plan", PLAN.partition("# ")[2])], encoder)
    right = would_pass(assistant, new_pair(file, "when does the ferry start", ["3 May 2022"], ["ferry"]))
    assert right.answer is not None
    assert (right.right, right.problem, right.answer.citations[0].document) == (True, "", "ferry")
    wrong = would_pass(assistant, new_pair(file, "when does the ferry start", ["4 May"], ["ferry"]))
    assert (wrong.right, wrong.problem) == (False, "The answer lacks 4 May.")
    declined = would_pass(assistant, new_pair(file, "when does the ferry start"))
    assert (declined.right, declined.problem) == (False, "Answered, though the documents do not say.")
    assert would_pass(assistant, new_pair(file, "who", ["x"], ["fair"])).skipped


def test_the_command_line_adds_a_pair_and_shows_what_is_said_to_it(home: Home) -> None:
    ran = home.run(
        "pairs", "add", "from", "when does the new ferry run?", "--expect", "3 May 2022", "--source", "ferry"
    )
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Added as new-ferry-run.\nIt holds now.\n\n")
    assert "starts on 3 May 2022." in ran.out
    declined = home.run("pairs", "add", "When does the ferry start?", "--declined", "--json")
    (outcome,) = declined.json
    assert (declined.code, outcome["problem"]) == (0, "Answered, though the documents do not say.")
    assert (outcome["pair"]["id"], outcome["pair"]["answerable"]) == ("ferry-start-2", False)
    assert "3 May 2022" in outcome["answer"]["text"]
    assert [pair.id for pair in evaluate.load([home.folder / "questions.yaml"])][-2:] == [
        "new-ferry-run",
        "ferry-start-2",
    ]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["who"], 2, "Say what is right: --expect WORDS --source ID, or --declined."),
        (["who", "--expect", "x"], 2, "Say what is right"),
        (["who", "--declined", "--source", "ferry"], 2, "A question that must be declined has no words to expect"),
        (["???", "--declined"], 1, "The pair cannot be asked: There is no word in the question."),
        (["who", "--expect", "Anna", "--source", "x"], 1, "No document with the id 'x' is in the index."),
        (["When does the new ferry start", "--declined"], 1, "This question is a known pair already: ferry-start."),
    ],
)
def test_the_command_line_says_why_it_adds_nothing(home: Home, words: list[str], code: int, message: str) -> None:
    ran = home.run("pairs", "add", *words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(message)
    assert (home.folder / "questions.yaml").read_text("utf-8") == PAIRS


def test_the_command_line_lists_the_pairs(home: Home) -> None:
    listed = home.run("pairs", "list")
    assert (listed.code, listed.err) == (0, "")
    assert listed.out == (
        "ferry-start\n    When does the new ferry start?\n    must be answered with 3 may 2022, citing ferry\n"
        "chair\n    Who chairs the harbour board of Northport?\n"
        "    must be answered with Anna Marsh, without Bob, citing ferry\n"
        "football\n    Which goalkeeper won the football cup?\n    must be declined\n"
        "fair  skipped: a document it rests on is not there for who asks\n    When does the spring fair open?\n"
        "    must be answered with 12 April 2021, citing fair\n"
        "4 known pairs, 1 skipped.\n"
    )
    plain = home.run("pairs", "list", "--json").json
    assert [(pair["id"], pair["skipped"]) for pair in plain] == [
        ("ferry-start", False),
        ("chair", False),
        ("football", False),
        ("fair", True),
    ]
    (home.folder / "questions.yaml").write_text(EMPTY_PAIRS, "utf-8")
    none = home.run("pairs", "list")
    assert (none.code, none.out) == (0, "There are no known pairs yet. Add one with `merger-bot pairs add`.\n")


def test_a_pair_of_an_audience_is_added_asked_and_listed_as_such(home: Home) -> None:
    assert home.run("documents", "set", "ferry", "audience=the HR team").code == 0
    words = ("pairs", "add", "when does the new ferry run?", "--expect", "3 May 2022", "--source", "ferry")
    refused = home.run(*words)
    assert refused.code == 1
    assert refused.err.startswith("No document with the id 'ferry' is in the index.")
    added = home.run(*words, "--audience", "the HR team")
    assert (added.code, "It holds now." in added.out) == (0, True)
    (pair,) = [each for each in evaluate.load([home.folder / "questions.yaml"]) if each.audience]
    assert (pair.question, pair.audience) == ("when does the new ferry run?", "the HR team")
    listed = {each["id"]: each["skipped"] for each in home.run("pairs", "list", "--json").json}
    assert (listed[pair.id], listed["ferry-start"]) == (False, True)


@pytest.mark.parametrize(
    ("question", "answerable", "words", "sources", "about"),
    [
        (WHEN, True, ["3 May 2022"], ["ferry"], None),
        ("Who is the captain?", False, [], [], None),
        ("?!", True, ["3 May 2022"], ["ferry"], "question"),
        (WHEN, True, [], ["ferry"], "words"),
        (WHEN, True, ["4 May 2022"], ["ferry"], "words"),
        (WHEN, True, [""], ["ferry"], "words"),
        (WHEN, True, ["3 May 2022"], [], "sources"),
        (WHEN, True, ["3 May 2022"], ["boat"], "sources"),
        (WHEN, False, ["3 May 2022"], [], "words"),
        (WHEN, False, [], ["ferry"], "sources"),
    ],
)
def test_what_is_wrong_with_a_pair_is_known_without_its_file(
    question: str, answerable: bool, words: list[str], sources: list[str], about: str | None
) -> None:
    if about is None:
        pairs.check(question, answerable, words, sources, FERRY)
        return
    with pytest.raises(PairRefused) as refused:
        pairs.check(question, answerable, words, sources, FERRY)
    assert refused.value.about == about
