from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.slack.identity import KEY_FILE, pseudonyms
from bot.slack.state import open_state
from bot.slack.types import SlackSetupError
from tests.bot.slack.conftest import Asking, direct, over_http
from tests.bot.slack.fake_slack import FakeSlack


def test_a_person_has_the_same_hash_for_as_long_as_the_key_is_there(tmp_path: Path) -> None:
    first, again = pseudonyms(tmp_path), pseudonyms(tmp_path)
    assert first("U1") == again("U1") != first("U2")
    (tmp_path / KEY_FILE).unlink()
    assert pseudonyms(tmp_path)("U1") != first("U1")


def test_nobody_else_may_read_the_key_and_nothing_else_is_left(tmp_path: Path) -> None:
    pseudonyms(tmp_path)
    [file] = tmp_path.iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode), file.stat().st_size) == (KEY_FILE, 0o600, 32)


def test_all_who_begin_at_once_have_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        hashes = set(pool.map(lambda _: pseudonyms(tmp_path)("U1"), range(8)))
    assert len(hashes) == 1


def test_a_key_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    home = tmp_path / "none"
    with pytest.raises(SlackSetupError) as error, open_state(home, 30):
        pass
    assert str(error.value) == (
        f"The key in {home} cannot be read or made: No such file or directory. "
        "Check who may read and write that folder."
    )


def test_the_home_holds_no_user_id_and_no_question_after_its_time(slack: FakeSlack, tmp_path: Path) -> None:
    with open_state(tmp_path, 0) as state, over_http(slack, Asking(), state) as http:
        http.post(direct("zanzibar?", user="U0SECRET"))
        slack.wait_for_messages(1)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert (b"U0SECRET" in kept, b"zanzibar" in kept) == (False, False)


def test_the_home_holds_questions_for_follow_ups_and_no_user_id(slack: FakeSlack, tmp_path: Path) -> None:
    with open_state(tmp_path, 30) as state, over_http(slack, Asking(), state) as http:
        http.post(direct("zanzibar?", user="U0SECRET"))
        slack.wait_for_messages(1)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert (b"U0SECRET" in kept, b"zanzibar" in kept) == (False, True)
