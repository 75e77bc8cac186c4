"""Documents that admins send, and the index brought up to date from Slack: the real service, the real processes."""

from __future__ import annotations

import http.server
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.incoming import KEPT, Incoming
from bot.service import Service
from bot.slack import files
from bot.slack.blocks import FAILED
from bot.slack.desk import ServiceDesk
from bot.slack.features.admins import NOBODY, NOT_YOU
from bot.slack.features.updating import BUSY_WITH_IT, LEFT
from bot.slack.files import FileUnavailable, fetch
from bot.slack.rules import Rules
from bot.slack.state import open_state
from knowledge.types import Metadata
from tests.bot.conftest import FAIR, PLAN, Home
from tests.bot.slack.conftest import Asking, direct, over_http, over_socket
from tests.bot.slack.fake_slack import BOT_TOKEN, Failure, FakeSlack, JsonObject
from tests.bot.slack.test_admin_views import lines

RULES = Rules(admins=("U1",), audiences={"HR": ("U7",), "all": ("U8",), "All staff": ("U9",)})
PAY = "# Pay\n\nAll ferrymen of Northport get four silver pounds a week from 1 June 2021 on.\n"


@contextmanager
def bot(slack: FakeSlack, home: Home, rules: Rules = RULES, *, socket: bool = False) -> Iterator[Service]:
    """The whole bot on a home."""
    serve: Any = over_socket if socket else over_http
    service = Service(home.folder)
    with (
        service.watch(0.1),
        open_state(home.folder, 30) as state,
        serve(slack, ServiceDesk(service), state, home=home.folder, rules=rules),
    ):
        yield service
    service.close()


def wait_until_live(service: Service, version: str) -> None:
    """Until answers come from an index."""
    for _ in range(1_000):
        if service.manifest().version == version:
            return
        time.sleep(0.02)
    raise AssertionError(f"{version} is not answered from.")


def last(slack: FakeSlack) -> JsonObject:
    """The message that was posted last, as it is now."""
    return slack.on_show[-1]


def wait_for(slack: FakeSlack, words: str) -> JsonObject:
    """The newest message, once its text has these words."""
    slack.wait_until(lambda seen: bool(seen.on_show) and words in seen.on_show[-1]["text"])
    return last(slack)


def sent(slack: FakeSlack, name: str, text: str) -> JsonObject:
    """Send a file, and get the message that says that it was read."""
    slack.send_file(name, text.encode())
    return wait_for(slack, "I have read")


def tried(slack: FakeSlack, message: JsonObject, **facts: str) -> JsonObject:
    """Fill in the facts, and get what would change."""
    slack.click(message, "facts")
    slack.wait_until(lambda seen: seen.modal_of() is not None)
    view = slack.modal_of()
    assert view is not None
    slack.submit(view, facts)
    assert slack.modal_of() is None
    return wait_for(slack, "what would change")


def waiting(home: Home) -> list[str]:
    return [one.name for one in Incoming(home.folder).waiting()]


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
def test_a_document_goes_from_a_direct_message_into_the_answers(slack: FakeSlack, home: Home, socket: bool) -> None:
    with bot(slack, home, socket=socket) as service:
        message = sent(slack, "fair.md", FAIR)
        assert message["thread_ts"]
        report = tried(slack, message, publisher="Market Board", published="2021-02", audience="all")
        assert report["ts"] == message["ts"]
        assert lines(report)[:4] == [
            "*fair.md: *this is what would change. Nothing has been published yet.",
            "*Added: 1*",
            "• The spring fair",
            "Known questions: 3 of 3 right, 1 of 1 declined.",
        ]
        assert home.run("documents", "list", "--json").json[0]["id"] == "ferry"
        slack.click(report, "publish")
        done = wait_for(slack, "published as v0002")
        assert lines(done)[-1] != "[Publish]"
        wait_until_live(service, "v0002")
        question = direct("When does the spring fair open?", "1571659999.000100", channel=slack.direct("U2"), user="U2")
        slack.event(question)
        answered = wait_for(slack, "12 April 2021")
    assert "Market Board" in json.dumps(answered["blocks"])
    assert (waiting(home), slack.late) == ([], [])
    record = (home.folder / "updates.jsonl").read_text().splitlines()
    assert "an admin in Slack (" in record[-1]
    assert "U1" not in record[-1]


def test_facts_that_cannot_be_true_are_said_at_their_place(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        message = sent(slack, "fair.md", FAIR)
        slack.click(message, "facts")
        slack.wait_until(lambda seen: seen.modal_of() is not None)
        view = slack.modal_of()
        assert view is not None
        slack.submit(view, {"published": "12/13/2021", "url": "ftp://example.org"})
        errors = slack.errors_of(view)
        assert list(errors) == ["published"]
        assert "12/13/2021" in errors["published"]
        slack.submit(view, {"published": "2021"})
        wait_for(slack, "what would change")
    assert Incoming(home.folder).waiting()[0].said.published == "2021"


def test_a_document_for_an_audience_is_answered_from_for_that_audience_alone(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home) as service:
        report = tried(slack, sent(slack, "pay.md", PAY), audience="=HR")
        slack.click(report, "publish")
        wait_for(slack, "published as")
        wait_until_live(service, "v0002")
        for user in ("U2", "U7"):
            question = "How much do ferrymen of Northport get a week?"
            event = direct(question, f"157165999{user[1]}.000100", channel=slack.direct(user), user=user)
            slack.event(event)
        slack.wait_until(lambda seen: {"U2", "U7"} <= {channel_of(seen, one) for one in seen.on_show})
        said = {channel_of(slack, message): message["text"] for message in slack.on_show}
    assert "four silver pounds" in said["U7"]
    assert "four silver pounds" not in said["U2"]


def channel_of(slack: FakeSlack, message: JsonObject) -> str:
    return next((user for user in ("U2", "U7") if slack.direct(user) == message["channel"]), "")


def test_a_purged_document_leaves_no_newer_version_waiting(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        sent(slack, "ferry.md", PLAN.replace("3 May", "4 May"))
        slack.send_file("fair.md", FAIR.encode())
        slack.wait_until(lambda seen: sum("I have read" in one["text"] for one in seen.on_show) == 2)
    purged = home.run("documents", "remove", "ferry", "--purge", "--yes")
    assert "Left the file ferry.md, which waited to become its new version." in purged.out
    assert waiting(home) == ["fair.md"]


def test_a_file_that_nobody_publishes_is_forgotten(slack: FakeSlack, home: Home) -> None:
    old = Incoming(home.folder).take("old.md", FAIR.encode(), datetime.now(UTC) - KEPT)
    new = Incoming(home.folder).take("new.md", FAIR.encode())
    with bot(slack, home):
        for _ in range(500):
            if waiting(home) == ["new.md"]:
                break
            time.sleep(0.02)
    assert [one.id for one in Incoming(home.folder).waiting()] == [new.id] != [old.id]


def test_a_file_that_is_left_changes_nothing(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        message = sent(slack, "fair.md", FAIR)
        assert waiting(home) == ["fair.md"]
        slack.click(message, "leave")
        assert wait_for(slack, LEFT)["ts"] == message["ts"]
        slack.click(message, "facts")
        slack.wait_until(lambda seen: len(seen.ephemerals) == 1)
    assert "No file waits" in slack.ephemerals[0]["text"]
    assert waiting(home) == []
    assert slack.modal_of() is None


def test_a_window_sent_twice_and_two_clicks_do_it_once(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        message = sent(slack, "fair.md", FAIR)
        slack.click(message, "facts")
        slack.wait_until(lambda seen: seen.modal_of() is not None)
        view = slack.modal_of()
        assert view is not None
        slack.submit(view, {})
        slack.submit(view, {})
        report = wait_for(slack, "what would change")
        slack.click(report, "publish")
        slack.click(report, "publish")
        wait_for(slack, "published as")
    assert [message["text"] for message in slack.ephemerals] == [BUSY_WITH_IT]
    published = [json.loads(line) for line in (home.folder / "updates.jsonl").read_text().splitlines()]
    assert [entry["version"] for entry in published if entry.get("published")] == ["v0001", "v0002"]


def test_a_window_that_cannot_be_taken_stays_open_and_says_so(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        message = sent(slack, "fair.md", FAIR)
        slack.click(message, "facts")
        slack.wait_until(lambda seen: seen.modal_of() is not None)
        view = slack.modal_of()
        assert view is not None
        slack.submit({**view, "private_metadata": "forged"}, {})
        assert slack.modal_of() is not None
        assert slack.errors_of(view) == {"title": FAILED}
    assert Incoming(home.folder).waiting()[0].said == Metadata()


@pytest.mark.parametrize(
    ("rules", "told"), [(RULES, NOT_YOU), (Rules(), NOBODY)], ids=["somebody else", "nobody is an admin"]
)
def test_whoever_is_no_admin_is_told_so_politely_and_it_is_logged(
    slack: FakeSlack, home: Home, caplog: pytest.LogCaptureFixture, rules: Rules, told: str
) -> None:
    caplog.set_level(logging.DEBUG)
    with bot(slack, home, rules):
        slack.send_file("fair.md", FAIR.encode(), "U0OTHER")
        message = wait_for(slack, told[:20])
    assert (message["text"], waiting(home)) == (told, [])
    assert "Refused a file to somebody who is no admin" in caplog.text
    assert "U0OTHER" not in caplog.text
    assert "fair" not in caplog.text


def test_no_button_of_admins_works_for_others(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        message = sent(slack, "fair.md", FAIR)
        for action in ("facts", "leave"):
            slack.click(message, action, "U0OTHER")
        slack.wait_until(lambda seen: len(seen.ephemerals) == 2)
    assert {message["text"] for message in slack.ephemerals} == {NOT_YOU}
    assert waiting(home) == ["fair.md"]
    assert slack.modal_of("U0OTHER") is None


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("plan.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "although its name ends in .pdf"),
        ("plan.pdf", b"%PDF-1.4 and nothing else", "plan.pdf"),
        ("plan.md", b"   ", "plan.md"),
        ("../../plan.exe", b"MZ\0\0\0\0", "plan.exe"),
    ],
    ids=["a picture", "damaged", "empty", "a program"],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_the_reason(
    slack: FakeSlack, home: Home, name: str, data: bytes, told: str
) -> None:
    with bot(slack, home):
        slack.send_file(name, data)
        message = wait_for(slack, told)
    assert "Traceback" not in message["text"]
    assert waiting(home) == []


def test_a_file_that_is_too_large_is_not_even_fetched(
    slack: FakeSlack, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 1_000_000)
    with bot(slack, home):
        slack.send_file("plan.md", b"x" * 1_000_001)
        assert wait_for(slack, "larger than 1 MB")["text"].startswith("`plan.md`")


def test_without_the_scope_it_is_said_which_one_is_missing(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        slack.scopes = slack.scopes - {"files:read"}
        slack.send_file("fair.md", FAIR.encode(), mimetype="text/markdown")
        wait_for(slack, "files:read")
    assert waiting(home) == []


def test_a_message_that_was_deleted_meanwhile_loses_no_report(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        message = sent(slack, "fair.md", FAIR)
        slack.click(message, "facts")
        slack.wait_until(lambda seen: seen.modal_of() is not None)
        view = slack.modal_of()
        assert view is not None
        slack.fail("chat.update", *[Failure(error="message_not_found")] * 5)
        slack.submit(view, {})
        slack.wait_until(lambda seen: "what would change" in seen.on_show[-1]["text"])
    assert last(slack)["ts"] != message["ts"]


def test_more_files_than_one_can_take_are_counted(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        many = [slack.upload(f"{n}.exe", b"MZ\0\0", "U1", "application/octet-stream") for n in range(11)]
        event = direct("", "1571650000.000100", channel=slack.direct("U1"), subtype="file_share", files=many)
        slack.event(event)
        slack.wait_until(lambda seen: any("10 files at a time" in one["text"] for one in seen.on_show))


EXTERNAL = [
    {"url_private_download": "https://files.slack.com.evil.example/x"},
    {"url_private_download": "https://evil.example/files.slack.com"},
    {"url_private_download": "http://127.0.0.1:1/x"},
    {"url_private_download": "file:///etc/passwd"},
    {"url_private_download": "", "is_external": True},
    {"url_private_download": "https://files.slack.com:port/x", "size": "large"},
    {},
]


@pytest.mark.parametrize("file", EXTERNAL)
@pytest.mark.parametrize("base", ["https://slack.com/api/", "http://127.0.0.1:2/api/"])
def test_nobody_but_slack_gets_the_token(file: JsonObject, base: str) -> None:
    with pytest.raises(FileUnavailable, match="does not lie in Slack"):
        fetch(WebClient(token=BOT_TOKEN, base_url=base), {"name": "x", **file})


def test_a_redirect_is_not_followed() -> None:
    asked: list[tuple[str, str]] = []

    class Redirecting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Authorization", "")))
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            with pytest.raises(FileUnavailable, match="HTTP status 302"):
                fetch(WebClient(token=BOT_TOKEN, base_url=f"{address}/api/"), {"url_private_download": f"{address}/f"})
        finally:
            server.shutdown()
            thread.join()
    assert asked == [("/f", f"Bearer {BOT_TOKEN}")]


def test_a_stop_breaks_off_what_takes_long(slack: FakeSlack, home: Home, tmp_path: Path) -> None:
    with bot(slack, home):
        message = sent(slack, "fair.md", FAIR)
        slack.click(message, "facts")
        slack.wait_until(lambda seen: seen.modal_of() is not None)
        view = slack.modal_of()
        assert view is not None
        slack.submit(view, {})
        wait_for(slack, "Trying out")
    assert "stopped before it was done" in last(slack)["text"] or "what would change" in last(slack)["text"]
    assert waiting(home) == ["fair.md"]


def test_what_is_no_direct_message_of_a_person_is_left_alone(slack: FakeSlack, home: Home) -> None:
    with over_http(slack, Asking(), home=home.folder, rules=RULES) as http:
        file = {"name": "fair.md", "size": 1}
        http.post(direct("", subtype="file_share", files=[file], channel="C1", channel_type="channel"), "Ev1")
        http.post(direct("", subtype="file_share", files=[file], bot_id="B1"), "Ev2")
        http.post(direct("Who?", "1571648400.000300"), "Ev3")
        slack.wait_for_messages(1)
    assert [message["text"][:9] for message in slack.messages] == ["You asked"]


def told(slack: FakeSlack, words: str) -> JsonObject:
    """What only the admin sees, once its text has these words."""
    slack.wait_until(lambda seen: any(words in one["text"] for one in seen.ephemerals))
    return next(one for one in reversed(slack.ephemerals) if words in one["text"])


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
def test_the_command_shows_how_things_stand_and_what_there_is(slack: FakeSlack, home: Home, socket: bool) -> None:
    (home.folder.parent / "fair.md").write_text(FAIR, "utf-8")
    with bot(slack, home, socket=socket):
        home.run("documents", "add", home.folder.parent / "fair.md")
        slack.command("/merger", "admin status")
        assert "• Not in the index as they are now: fair" in lines(told(slack, "Index v0001"))
        slack.command("/merger", "admin documents")
        assert lines(told(slack, "2 documents"))[1:] == [
            "• *The ferry plan* · Harbour Board · 4 March 2021",
            "• *The spring fair* · no date · not in the index yet",
        ]
        slack.command("/merger", "admin dance")
        assert "“dance”" in lines(told(slack, "I do not know"))[0]
        slack.command("/merger", "admin")
        assert lines(told(slack, "This is what you can do"))[0] == "This is what you can do:"
    assert slack.late == []


def test_what_is_pending_is_tried_published_and_gone_back_from(slack: FakeSlack, home: Home) -> None:
    (home.folder.parent / "fair.md").write_text(FAIR, "utf-8")
    with bot(slack, home) as service:
        home.run("documents", "add", home.folder.parent / "fair.md")
        slack.command("/merger", "admin update")
        report = wait_for(slack, "what would change")
        assert report["channel"] == slack.direct("U1")
        assert lines(report)[1:3] == ["*Added: 1*", "• The spring fair"]
        slack.click(report, "publish")
        wait_for(slack, "published as v0002")
        wait_until_live(service, "v0002")
        slack.command("/merger", "admin rollback")
        slack.click(told(slack, "Live is v0002"), "rollback:v0001")
        told(slack, "back to v0001")
        wait_until_live(service, "v0001")
        slack.command("/merger", "admin update")
        wait_for(slack, "what would change")


def test_what_is_up_to_date_says_so(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        slack.command("/merger", "admin update")
        assert lines(wait_for(slack, "nothing would change"))[-1].endswith("the index is up to date.")


def test_an_update_that_somebody_else_is_doing_is_waited_for_by_pressing_again(slack: FakeSlack, home: Home) -> None:
    (home.folder.parent / "fair.md").write_text(FAIR, "utf-8")
    with bot(slack, home) as service:
        home.run("documents", "add", home.folder.parent / "fair.md")
        with service.store.updating():
            slack.command("/merger", "admin update")
            report = wait_for(slack, "The index: An")
            assert lines(report)[-1] == "[Try again] [Leave it]"
        slack.click(report, "try")
        wait_for(slack, "what would change")


def test_what_fails_the_known_questions_cannot_be_published(slack: FakeSlack, home: Home) -> None:
    with bot(slack, home):
        message = sent(slack, "fair.md", FAIR.replace("12 April", "13 April"))
        slack.click(message, "facts")
        slack.wait_until(lambda seen: seen.modal_of() is not None)
        view = slack.modal_of()
        assert view is not None
        slack.submit(view, {})
        report = wait_for(slack, "cannot be published")
    shown = lines(report)
    assert "*Newly wrong: *When does the spring fair open?" in shown
    assert shown[-1] == "[Change the facts] [Leave it]"


@pytest.mark.parametrize("words", ["admin status", "admin update", "admin rollback", "admin unanswered", "admin"])
def test_no_word_of_admins_is_for_others(slack: FakeSlack, home: Home, words: str) -> None:
    with bot(slack, home):
        slack.command("/merger", words, user="U0OTHER")
        told(slack, NOT_YOU)
    assert [message["text"] for message in slack.ephemerals] == [NOT_YOU]
    assert slack.on_show == []
