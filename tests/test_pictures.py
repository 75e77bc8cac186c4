"""The pages that pictures are taken of: all that Slack can show is drawn, and nothing that was written comes alive."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.assistant import Assistant
from bot.slack.types import Block
from index.types import Encoder
from knowledge.library import Library
from tests.benchmarks.pictures import blocks, camera, elements, rich, words
from tests.benchmarks.pictures.frames import APP, Conversation, Home, Post, Shown, Width, Window, page
from tests.benchmarks.pictures.scenes import SCENES, Scene
from tests.benchmarks.pictures.words import UnknownKind
from tests.specimen import everything, plain, run, said

ROOT = Path(__file__).parents[1]
HOSTILE = """</style></title><script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt; "'><!channel>"""
TAGS = set(
    "html head meta title style body main header article section footer nav div span b i s u hr br code pre mark time"
    " blockquote ul ol li h2 table tr td svg path".split()
)


def kinds_in(held: object) -> set[str]:
    """The types of all that is in it, however deep."""
    if isinstance(held, list):
        return set().union(*map(kinds_in, held))
    if isinstance(held, dict):
        return set().union({held["type"]} if "type" in held else set(), *map(kinds_in, held.values()))
    return set()


class Read(HTMLParser):
    """What a browser would see: the tags, their attributes, and the words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.words += data


def frames(text: str) -> list[Shown]:
    """Every kind of frame, with everything in it."""
    held = everything(text)
    posts = (Post(text or "Nobody", text, text), Post(APP, text, {"text": text, "blocks": held}, only_you=True))
    modal = {"type": "modal", "title": plain(text), "close": plain(text), "submit": plain(text), "blocks": held}
    home = {"type": "home", "blocks": held}
    names = {text: text}
    return [
        Shown(Conversation(text, posts, status=text), names),
        Shown(Conversation(text, posts, is_thread=False), names),
        Shown(Window(modal), names),
        Shown(Home(home), names),
    ]


def block_page(*held: Block) -> str:
    return page(Shown(Home({"type": "home", "blocks": list(held)})), Width.DESKTOP)


def test_everything_that_can_be_drawn_is_in_the_specimen() -> None:
    known = (blocks.BLOCKS, elements.BESIDE, elements.FILLED, elements.BELOW, rich.PARTS, rich.ELEMENTS, words.TEXTS)
    assert set().union(*known) <= kinds_in(everything("x"))


@pytest.mark.parametrize("width", Width)
@pytest.mark.parametrize("shown", frames(HOSTILE), ids=["thread", "channel", "modal", "home"])
def test_hostile_words_are_shown_and_do_nothing(shown: Shown, width: Width) -> None:
    read = Read(page(shown, width))
    assert set(read.tags) <= TAGS - {"br"}
    assert read.attributes <= {
        "charset",
        "class",
        "content",
        "d",
        "http-equiv",
        "lang",
        "start",
        "style",
        "viewbox",
    }
    assert read.tags.count("style") == read.tags.count("title") == 1
    assert read.words.count(HOSTILE) > 60


@given(st.text(st.sampled_from("<>&\"'*_~`|!@#^:\n a/s"), max_size=12))
def test_no_words_make_a_tag(text: str) -> None:
    for shown in frames(text or "-"):
        read = Read(page(shown, Width.PHONE))
        assert set(read.tags) <= TAGS
        assert read.tags.count("article") == (2 if isinstance(shown.what, Conversation) else 0)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"type": "video"}, "A page holds 'video'"),
        ({}, "A page holds 'None'"),
        ({"type": "actions", "elements": [{"type": "timer"}]}, "A row of actions holds 'timer'"),
        ({"type": "context_actions", "elements": [{"type": "button"}]}, "A row of context actions holds 'button'"),
        ({"type": "input", "label": plain("x"), "element": {"type": "button"}}, "An input holds 'button'"),
        ({"type": "section", "text": {"type": "markdown", "text": "x"}}, "A text holds 'markdown'"),
        ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "A header holds 'mrkdwn'"),
        ({"type": "rich_text", "elements": [said("x")]}, "Rich text holds 'text'"),
        ({"type": "rich_text", "elements": [run({"type": "colour"})]}, "A rich_text_section holds 'colour'"),
        ({"type": "rich_text", "elements": [run(said("x", blink=True))]}, "the style 'blink'"),
        ({"type": "alert", "level": "panic", "text": plain("x")}, "the level 'panic'"),
        (
            {"type": "actions", "elements": [{"type": "button", "style": "pink", "text": plain("x")}]},
            "the style 'pink'",
        ),
        ({"type": "context_actions", "elements": [{"type": "icon_button", "icon": "pin"}]}, "the icon 'pin'"),
    ],
)
def test_what_cannot_be_drawn_is_an_error(block: Block, said: str) -> None:
    with pytest.raises(UnknownKind) as raised:
        block_page(block)
    assert said in str(raised.value)


def test_a_view_stands_in_its_own_frame() -> None:
    with pytest.raises(UnknownKind, match="'home' stands where only 'modal'"):
        page(Shown(Window({"type": "home", "blocks": []})), Width.DESKTOP)


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("a &lt;b&gt; &amp;amp; &quot;", "a &lt;b&gt; &amp;amp; &amp;quot;"),
        ("*one* and _two *three*_", "<b>one</b> and <i>two <b>three</b></i>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("`*x*` ~old~", "<code>*x*</code> <s>old</s>"),
        ("```\na\nb```", "<pre>a\nb</pre>"),
        ("> one\n&gt; two\nafter", "<blockquote>one\ntwo</blockquote>after"),
        ("<https://example.org|here>", '<span class="link">here</span>'),
        ("<@U1> <#C1|general> <!here>", '<span class="mention">@Priya</span> <span class="mention">#general</span>'),
        ("<!subteam^S1>", '<span class="mention">@S1</span>'),
        ("<!date^1571648400^{date}|21 October>", "21 October"),
        (":wave: :unheard_of:", '<span class="emoji">👋</span> :unheard_of:'),
    ],
)
def test_markup_looks_as_in_slack(markup: str, html: str) -> None:
    assert words.text({"type": "mrkdwn", "text": markup}, {"U1": "Priya"}).startswith(html)


def test_a_list_says_how_deep_it_is_and_where_it_goes_on() -> None:
    held = run(run(said("x")), kind="list", style="ordered", indent=1, offset=3)
    start, look = 'start="4"', "margin-left:28px;list-style-type:lower-alpha"
    assert f'<ol {start} style="{look}"><li>x</li></ol>' in block_page({"type": "rich_text", "elements": [held]})


def test_only_what_the_bot_says_is_marked_as_an_apps() -> None:
    posts = (Post("Priya Nair", "10:24", "Hello"), Post(APP, "10:25", {"text": "", "blocks": []}))
    thread = Conversation("# merger", posts)
    seen = Read(page(Shown(thread), Width.DESKTOP)).words
    assert seen == "SlackThread# mergerPNPriya Nair10:24Hello1 replyMAMerger AssistantAPP10:25"
    assert "1 reply" not in page(Shown(replace(thread, is_thread=False)), Width.DESKTOP)


@pytest.fixture
def only_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the only commands that can be found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def a_camera(folder: Path, *, taking: Image.Image | None) -> str:
    """A command in the place of Chromium that takes always the same picture, or none."""
    if taking is not None:
        taking.save(folder / "taken.png")
    script = f"""#!{sys.executable}
import os, shutil, sys
(target,) = (word.removeprefix("--screenshot=") for word in sys.argv if word.startswith("--screenshot="))
if not os.path.exists({str(folder / "taken.png")!r}):
    sys.exit("no display")
shutil.copyfile({str(folder / "taken.png")!r}, target)
"""
    command = folder / "chromium"
    command.write_text(script, "utf-8")
    command.chmod(0o755)
    return camera.chromium()


def test_without_chromium_it_says_what_to_install(only_command: Path) -> None:
    with pytest.raises(camera.NoPicture, match=r"no command chromium.*apt-get install chromium fonts-lato"):
        camera.chromium()


def test_a_picture_is_cut_to_what_is_on_it(only_command: Path) -> None:
    paper = Image.new("RGB", (100, 80), "white")
    paper.paste("#4a154b", (10, 20, 40, 50))
    with Image.open(io.BytesIO(camera.photograph("x", Width.PHONE, a_camera(only_command, taking=paper)))) as taken:
        assert (taken.format, taken.mode, taken.size) == ("PNG", "P", (30, 30))
        assert taken.convert("RGB").getcolors() == [(900, (0x4A, 0x15, 0x4B))]


@pytest.mark.parametrize(
    ("taking", "said"),
    [
        (None, "made no picture and ended with 1: no display"),
        (Image.new("RGB", (9, 9), "white"), "The page is empty"),
        (Image.new("RGB", (9, 9), "black"), "The page is higher than"),
    ],
)
def test_what_is_no_picture_is_an_error(only_command: Path, taking: Image.Image | None, said: str) -> None:
    with pytest.raises(camera.NoPicture, match=said):
        camera.photograph("x", Width.DESKTOP, a_camera(only_command, taking=taking))


@pytest.fixture(scope="module")
def assistant(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """It knows the bundled briefings."""
    library = Library(tmp_path_factory.mktemp("home"))
    library.add([ROOT / "knowledge" / "documents"])
    return Assistant.of([library.document(source.id) for source in library.sources()], encoder)


SHOWN: dict[str, tuple[str, ...]] = {
    "answer": (
        "Priya Nair",
        "What conditions come with the approval?",
        "1 reply",
        APP,
        "As of 21 October 2019.",
        "Sources",
    ),
    "refusal": ("do not say what came of it", "This may help", "A review in December 2019", "Ask a person"),
    "contradiction": ("Another source says otherwise", "Sources", "Open source 2"),
    "source": ("Source", "21 October 2019", "Open the original", "five conditions", "Close"),
    "private": ("Only visible to you", "You asked:", "As of 21 October 2019.", "Open source", "Share in channel"),
    "shared": ("Tom Okafor", "looked this up privately", "What conditions", "As of 21 October 2019.", "Open source"),
    "how-to": ("Only visible to you", "/merger What conditions", "Find the answer"),
    "document": ("governing-body-minutes.pdf", "I have read", "6,412 words", "All staff", "Page 7", "Check the facts"),
    "facts": ("Facts", "Title", "Publisher", "Date", "Who may read it", "All staff", "Address", "Try it out"),
    "trial": ("would change", "Added: 1", "230 of 271", "Newly right", "Publish", "Change the facts", "Leave it"),
    "home": ("Home", "Anywhere:", "What conditions", "Your question", "Ask", "5 documents", "#merger-help", "30 days"),
    "window": ("Answer", "What conditions", "five conditions", "As of 21 October 2019.", "Open source", "Close"),
    "digest": ("without an answer", "6 of 41", "Asked 3 times by 2 people", "Also asked as:", "Make it a known pair"),
    "known-pair": ("Question", "What should happen", "must be answered", "Document"),
    "ask-person": ("@merger-team", "@Tom Okafor asks:", "What comes closest", "Mark answered", "Open the thread"),
    "answered": ("Answered by @Ellen Marsh", "papers of the joint committee", "@Tom Okafor asked:", "Open the thread"),
    "feedback": ("What was wrong?", "The answer is wrong", "Something else", "What should it say?", "Send"),
}
"""Scene to what is to be read in it, in this order."""


@pytest.mark.parametrize("scene", SCENES, ids=[scene.name for scene in SCENES])
def test_scenes_show_what_they_are_for(scene: Scene, assistant: Assistant) -> None:
    shown = scene.draw(assistant)
    for width in Width:
        seen = Read(page(shown, width)).words
        for expected in SHOWN[scene.name]:
            _, found, seen = seen.partition(expected)
            assert found == expected


def test_scenes_have_names_and_descriptions_of_their_own() -> None:
    assert [scene.name for scene in SCENES] == list(SHOWN)
    assert len({scene.alt for scene in SCENES}) == len(SCENES)
    assert all(not set(scene.alt) & set("[]()<>\n") for scene in SCENES)
