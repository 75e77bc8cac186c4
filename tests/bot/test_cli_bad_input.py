"""What cannot be done is said in a clear sentence on stderr, with exit 1 or 2, and nothing is lost."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.service import Service
from tests.bot.conftest import FAIR, PLAN, Home
from tests.bot.slack.fake_slack import BOT_TOKEN, FakeSlack

WHEN = "When does the new ferry start?"


@pytest.fixture
def safe(home: Home) -> Iterator[Home]:
    """A home that answers, and still answers the same afterwards."""
    yield home
    answer = home.ask(WHEN)
    assert "3 May 2022" in answer["text"]
    assert answer["index_version"] == "v0001"
    assert [source["id"] for source in home.run("documents", "list", "--json").json] == ["ferry"]


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back what the command does with Ctrl-C and SIGTERM, and let no proxy in between."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def file(home: Home, name: str, content: bytes | str) -> Path:
    path = home.folder.parent / "new" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


READABLE = "Files that can be read are PDF, Word (.docx), "
KEYS = (
    "title, publisher, kind, published, evidence, url, original_title, original_publisher, status, supersedes, "
    "audience, ocr, precision"
)
REFUSED = {
    "no such file": ("none.md", None, "No such file: {path}."),
    "an empty file": ("empty.md", b"", "`empty.md` is empty. Add a file with text in it."),
    "nothing but spaces": ("blank.txt", b" \n\t\n", "`blank.txt` is empty. Add a file with text in it."),
    "another kind": ("plan.xyz", b"\x00\x01\x02\x03" * 40, "`plan.xyz` is not a text file. "),
    "not what its name says": (
        "plan.pdf",
        "Words.",
        "`plan.pdf` is not a PDF file, although its name says so. Save it anew.",
    ),
    "a picture called text": ("a.txt", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "`a.txt` is a PNG picture, although "),
    "front matter without an end": ("plan.md", "---\ntitle: A\n\nText.\n", "`plan.md`, line 1: the front matter is "),
    "front matter that is no YAML": ("plan.md", "---\ntitle: A\nurl: [\n---\nB.\n", "`plan.md`, line 4: this is not "),
    "a day that does not exist": (
        "plan.md",
        "---\ntitle: A\npublished: 2021-02-31\n---\nText.\n",
        "`plan.md`, line 3: published is '2021-02-31', which is not a date; write 2019-10-21, 2019-10 or 2019.",
    ),
    "an unknown field": (
        "plan.md",
        "---\ntitle: A\npublishd: 2021\n---\nText.\n",
        f"`plan.md`, line 3: unknown key 'publishd'; the keys are {KEYS}.",
    ),
}


@pytest.mark.parametrize(("name", "content", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_cannot_be_a_document_is_refused_with_the_reason(
    safe: Home, name: str, content: bytes | str | None, told: str
) -> None:
    path = safe.folder.parent / "new" / name if content is None else file(safe, name, content)
    ran = safe.run("documents", "add", path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(told.format(path=path))
    assert ran.err.endswith(".\n")
    assert (READABLE in ran.err) == (not told.endswith(".") and "line" not in told)
    in_json = safe.run("documents", "add", path, "--json")
    assert (in_json.code, in_json.err) == (1, ran.err)
    (outcome,) = in_json.json
    assert (outcome["status"], outcome["source"]) == ("refused", None)


def test_a_folder_without_documents_is_refused(safe: Home, tmp_path: Path) -> None:
    (tmp_path / "none" / ".git").mkdir(parents=True)
    ran = safe.run("documents", "add", tmp_path / "none")
    assert (ran.code, ran.err) == (1, f"There is no document in the folder {tmp_path / 'none'}.\n")


def test_a_broken_sources_file_is_named_with_its_line_and_its_folder_left_out(safe: Home) -> None:
    file(safe, "more.md", FAIR)
    listing = file(safe, "sources.yaml", "more.md:\n  title: A\n  published: [\n")
    ran = safe.run("documents", "add", listing.parent)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"`{listing}`, line 4: this is not YAML (")
    assert ran.err.endswith(f"Nothing in {listing.parent} was added.\n")


def test_one_file_that_is_refused_does_not_stop_the_others(home: Home) -> None:
    file(home, "empty.md", "")
    ran = home.run("documents", "add", file(home, "fair.md", FAIR).parent)
    assert ran.code == 1
    assert "fair.md as fair\n1 added, 1 refused.\n" in ran.out
    assert ran.out.endswith("Run `merger-bot index update` to answer from them.\n")
    assert ran.err == "`empty.md` is empty. Add a file with text in it.\n"


def test_text_in_another_encoding_is_read_and_reported(home: Home) -> None:
    path = file(home, "cafe.txt", "The café costs £4, “now”.\n".encode("cp1252"))
    ran = home.run("documents", "add", path)
    assert (ran.code, ran.err) == (0, "")
    assert "    `cafe.txt` is not UTF-8; it was read as Windows-1252.\n" in ran.out
    (document,) = home.run("documents", "show", "cafe", "--json").json
    assert document["text"] == "The café costs £4, “now”.\n"


def test_the_same_bytes_are_reported_and_not_added_twice(safe: Home) -> None:
    ran = safe.run("documents", "add", file(safe, "again.md", PLAN), "--json")
    assert ran.code == 0
    (outcome,) = ran.json
    assert (outcome["status"], outcome["source"]["id"]) == ("duplicate", "ferry")
    assert "`merger-bot index update`" not in safe.run("documents", "add", file(safe, "again.md", PLAN)).out


def test_a_changed_file_under_the_same_name_replaces_the_earlier_one(home: Home) -> None:
    ran = home.run("documents", "add", file(home, "ferry.md", PLAN.replace("3 May", "9 June")))
    assert ran.out.startswith("replaced ")
    assert "    ferry.md replaces the earlier file of that name.\n" in ran.out
    (home.folder / "questions.yaml").write_text("[]")
    home.run("index", "update")
    assert "9 June 2022" in home.ask(WHEN)["text"]


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("", "There is no question. Ask something like: When does the single CCG start?"),
        (" \t ", "There is no question. Ask something like: When does the single CCG start?"),
        ("?! ...", "There is no word in the question. Ask something like: When does the single CCG start?"),
        ("x" * 10_000, "The question has 10,000 characters; at most 2,000 can be looked up. Ask for one thing."),
    ],
)
def test_a_question_with_nothing_to_look_up_is_refused(safe: Home, command: str, question: str, told: str) -> None:
    ran = safe.run(command, question)
    assert (ran.code, ran.out, ran.err) == (2, "", f"{told}\n")


def test_a_question_in_another_language_gets_no_answer_and_the_reason(safe: Home) -> None:
    answer = safe.ask("Wann fährt das neue Schiff zum ersten Mal?")
    assert answer["abstained"]
    assert answer["reason"] == "None of the words of the question occur in the documents."


WRONG = {
    ("ask", "-"): (2, "A dash reads JSON lines and needs --json. To ask one question, write it after `ask`."),
    ("documents", "show", "fery"): (
        1,
        "There is no document 'fery' in the library. Did you mean ferry? `merger-bot documents list` shows them all.",
    ),
    ("documents", "remove", "x"): (
        1,
        "There is no document 'x' in the library. `merger-bot documents list` shows them all.",
    ),
    ("documents", "set", "ferry", "published=soon"): (
        2,
        "Published is 'soon', which is not a date; write 2019-10-21, 2019-10 or 2019.",
    ),
    ("documents", "set", "ferry", "colour=red"): (
        2,
        f"'colour' is not something a document has. The keys are {KEYS}.",
    ),
    ("index", "rollback"): (1, "There is no older sound snapshot to go back to. Run `merger-bot index update`."),
    ("index", "rollback", "v9"): (1, "There is no snapshot 'v9'. `merger-bot index list` shows them all."),
    ("index", "verify", "../up"): (1, "There is no snapshot '../up'. `merger-bot index list` shows them all."),
    ("evaluate", "none.yaml"): (2, "none.yaml cannot be read: No such file or directory."),
}


@pytest.mark.parametrize(("words", "code", "told"), [(words, *said) for words, said in WRONG.items()])
def test_what_is_not_there_is_named(safe: Home, words: tuple[str, ...], code: int, told: str) -> None:
    ran = safe.run(*words)
    assert (ran.code, ran.out, ran.err) == (code, "", f"{told}\n")


@pytest.mark.parametrize("words", [("ask",), ("search", "x", "-k", "0"), ("documents", "add"), ("sing",), ("--up",)])
def test_wrong_use_is_explained(safe: Home, words: tuple[str, ...]) -> None:
    ran = safe.run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "--help" in ran.err


def test_a_damaged_snapshot_is_named_and_the_one_before_offered(home: Home) -> None:
    home.run("documents", "add", file(home, "fair.md", FAIR))
    assert home.run("index", "update").code == 0
    part = max((home.folder / "index" / "v0002").iterdir(), key=lambda each: each.stat().st_size)
    part.unlink()
    told = (
        f"Snapshot v0002 is damaged: its file {part.name} is missing. "
        "To go back to the sound one before it, run `merger-bot index rollback v0001`.\n"
    )
    for words in (("ask", WHEN), ("index", "verify"), ("search", "ferry")):
        ran = home.run(*words)
        assert (ran.code, ran.out, ran.err) == (1, "", told)
    assert f"\n    It is damaged: its file {part.name} is missing.\n" in home.run("index", "list").out
    assert home.run("index", "rollback", "v0001").code == 0
    assert "3 May 2022" in home.ask(WHEN)["text"]


def test_a_model_that_is_not_there_is_named(safe: Home) -> None:
    for words in (("ask", WHEN), ("index", "update")):
        ran = safe.run(*words, MERGER_BOT_MODEL="no-such-model")
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("There is no model 'no-such-model' on this machine. ")


def test_a_variable_that_cannot_be_used_is_named(safe: Home) -> None:
    ran = safe.run("documents", "list", PORT="many")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("The environment variable PORT is 'many' and cannot be used: ")


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    for home in (tmp_path / "file", tmp_path / "file" / "home", Path("/proc/home")):
        ran = CliRunner().invoke(app, ["--home", str(home), "documents", "list"])
        assert (ran.exit_code, ran.stdout) == (1, "")
        assert ran.stderr.startswith(f"The home folder {home} cannot be written: ")
        assert ran.stderr.endswith(". Give another with --home or MERGER_BOT_HOME.\n")
    assert (tmp_path / "file").read_text() == "kept"


def test_broken_known_pairs_stop_an_update_and_no_answer(safe: Home) -> None:
    pairs = safe.folder / "questions.yaml"
    pairs.write_text("- {id: a}")
    ran = safe.run("index", "update")
    assert (ran.code, ran.err) == (2, f"{pairs}: pair 1 (a), question: this is missing.\n")


def test_a_second_update_at_the_same_time_is_told(safe: Home) -> None:
    with Service(safe.folder).store.updating():
        ran = safe.run("index", "update")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Another process is updating this index (process ")
    assert ran.err.endswith(" UTC). Wait for it to finish, then run the command again.\n")
    assert safe.run("index", "update").code == 0


BOT_PLACE = "api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token."
APP_PLACE = "api.slack.com/apps, your app, Basic Information, App-Level Tokens (scope connections:write)."
SECRET_PLACE = "api.slack.com/apps, your app, Basic Information, Signing Secret."


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, f"SLACK_BOT_TOKEN is not set. Find it at {BOT_PLACE}"),
        (
            {"SLACK_BOT_TOKEN": "xapp-1-good"},
            f"SLACK_BOT_TOKEN should start with xoxb-, but it starts with xapp-. Find the right one at {BOT_PLACE}",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1-wrong"},
            f"Slack does not accept SLACK_BOT_TOKEN (invalid_auth). Get a new one at {BOT_PLACE}",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT_TOKEN},
            "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set. Socket Mode needs the first: "
            f"{APP_PLACE} HTTP needs the second: {SECRET_PLACE}",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": "xoxb-1"},
            f"SLACK_APP_TOKEN should start with xapp-, but it starts with xoxb-. Find the right one at {APP_PLACE}",
        ),
        (
            {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": "xapp-1-wrong"},
            f"Slack does not accept SLACK_APP_TOKEN (invalid_auth). Get a new one at {APP_PLACE}",
        ),
    ],
)
@pytest.mark.usefixtures("signals")
def test_a_token_that_is_missing_or_wrong_is_named_with_where_to_get_it(
    safe: Home, variables: dict[str, str], told: str
) -> None:
    with FakeSlack() as slack:
        ran = safe.run("slack", SLACK_API_URL=slack.api_url, **variables)
    assert (ran.code, ran.out, ran.err) == (2, "", f"{told}\n")


@pytest.mark.usefixtures("signals")
def test_a_port_in_use_is_named(safe: Home) -> None:
    with FakeSlack() as slack, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        variables = {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": "s", "PORT": str(port)}
        ran = safe.run("slack", SLACK_API_URL=slack.api_url, **variables)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"Port {port} on 127.0.0.1 is in use by another program. Stop that one, or set PORT to another.\n"


@pytest.mark.usefixtures("signals")
def test_an_address_of_slack_that_is_none_is_named(safe: Home) -> None:
    ran = safe.run("slack", SLACK_API_URL="slack.com", SLACK_BOT_TOKEN=BOT_TOKEN)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("The environment variable SLACK_API_URL is 'slack.com' and cannot be used: ")


def test_a_log_that_is_none_is_a_sentence_and_no_traceback(home: Home) -> None:
    (home.folder / "log.db").write_text("Something else that stood here before." * 10)
    ran = home.run("slack", SLACK_BOT_TOKEN="xoxb-1")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"The log {home.folder / 'log.db'} cannot be written: file is not a database. Check")
