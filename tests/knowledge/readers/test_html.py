"""An HTML page gives up all its words: what it says as blocks, the rest as furniture."""

from __future__ import annotations

import pytest

from knowledge.readers import read
from knowledge.types import Metadata, Reading
from tests.knowledge.readers.look import items, lead_in, only, shown, table

PAGE = """<!DOCTYPE html><html><head><title>One trust | North</title><style>p {}</style></head>
<body class="has-sidebar menu-open">
<div id="cookieNotice" class="cookie-bar"><p>We use cookies.</p><button>Accept</button></div>
<a href="#main">Skip to main content</a>
<header><p>North</p><nav><ul><li>Home</li><li>News</li></ul></nav></header>
<ol class="breadcrumb"><li>Home</li></ol>
<main class="with-share"><article><header><h1>One trust</h1></header>
<p>Two trusts join.</p><script>no()</script><p hidden>Hidden.</p><p style="display: none">Hidden too.</p>
<aside>Aside.</aside><div class="related-stories"><h2>Related</h2><p>Another story.</p></div>
<p>Share this page</p><div role="navigation">Next</div></article></main>
<div class="newsletter">Sign up.</div><footer>© North 2018</footer></body></html>"""


def html(words: str) -> Reading:
    return read(words.encode(), "any.html")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("10<sup>2</sup> boats in 2031<sup>13</sup>", "10² boats in 2031¹³"),
        ("10<sup><a href='#n'>2</a></sup> boats", "10² boats"),
        ("the 1<sup>st</sup> boat<sup>[1]</sup>", "the 1st boat[1]"),
    ],
)
def test_raised_digits_stay_raised_as_they_are_no_part_of_the_number(words: str, said: str) -> None:
    assert html(f"<p>{words}</p>").text == said
    cells = f"<tr><td>Pier</td><td>{words}</td></tr>"
    assert html(f"<table><tr><th>a</th><th>b</th></tr>{cells}</table>").text == f"a | b\nPier | {said}"


def test_digits_raised_again_and_again_are_read() -> None:
    assert html("<sup>" * 50_000 + "<a>1</a>").text == "¹"


def test_words_that_are_struck_out_are_left_out() -> None:
    struck = "<span style='color:red;text-decoration: line-through'>not</span>"
    assert html(f"<p>Boats do {struck} sail daily.</p>").text == "Boats do sail daily."
    assert (
        html("<p>Boats sail in <del>May</del> <ins>June</ins>, <s>not</s> daily.</p>").text
        == "Boats sail in June, daily."
    )


def test_half_a_character_in_what_a_page_says_of_itself_is_replaced() -> None:
    head = '<script type="application/ld+json">{"publisher": "North \\ud83d Pier"}</script>'
    assert html(f"<html><head>{head}</head><p>Boats sail.</p>").metadata.publisher == "North \ufffd Pier"


def test_a_page_is_parted_into_what_it_says_and_furniture() -> None:
    assert shown(html(PAGE)) == [
        ("furniture", "We use cookies.\nAccept"),
        ("furniture", "Skip to main content"),
        ("furniture", "North\nHome\nNews\nHome"),
        ("heading", "One trust"),
        ("paragraph", "Two trusts join."),
        ("furniture", "Aside.\nRelated\nAnother story."),
        ("furniture", "Share this page"),
        ("furniture", "Next\nSign up.\n© North 2018"),
    ]


def test_a_class_word_on_the_whole_page_does_not_make_it_furniture() -> None:
    assert shown(html('<div class="page nav"><p>All there is.</p></div>')) == [("paragraph", "All there is.")]


def test_bare_text_and_double_breaks_make_paragraphs() -> None:
    assert shown(html("<div>One &amp; two<br>three<br><br>four <b>f</b>ive<p>six</div>seven")) == [
        ("paragraph", "One & two\nthree"),
        ("paragraph", "four five"),
        ("paragraph", "six"),
        ("paragraph", "seven"),
    ]


def test_a_no_break_space_is_kept_and_a_soft_hyphen_is_not() -> None:
    assert html("<p>Dr&nbsp;Lee is vice\u00adchair.</p>").text == "Dr\u00a0Lee is vicechair."


def test_lists_nest_and_lose_nothing() -> None:
    reading = html(
        "<p>First. We will:</p><ul><li>meet<ol><li>in <b>May</b><li>in June</ol></li><li><p>vote</p><p>twice</p></ul>"
    )
    found = only(reading, "list")
    assert found.of(reading.text) == "• meet\n  1. in May\n  2. in June\n• vote\ntwice"
    assert items(reading, found) == [(1, "meet"), (2, "in May"), (2, "in June"), (1, "vote\ntwice")]
    assert lead_in(reading, found) == "We will:"


def test_items_have_the_numbers_that_the_page_shows() -> None:
    reading = html('<ol start=3><li>x<li value=7>y<li>z<ol type=a><li>p<li>q</ol></ol><ol type="I"><li>one<li>two</ol>')
    assert reading.text == "3. x\n7. y\n8. z\n  a. p\n  b. q\n\nI. one\nII. two"


def test_a_list_that_lays_out_headings_is_not_a_list() -> None:
    assert shown(html("<ul><li><h2>May</h2><p>We meet.</p></li></ul>")) == [
        ("heading", "May"),
        ("paragraph", "We meet."),
    ]


def test_merged_cells_are_filled_in_and_an_empty_head_gets_a_name() -> None:
    reading = html(
        "<table><caption>Posts</caption><thead><tr><th></th><th>Trust</th><th>Role</th></tr></thead>"
        "<tr><td rowspan=2>Ann Wood</td><td>Hill</td><td>Lead</td></tr><tr><td colspan=2>Coast lead</td></tr>"
        "<tr><td rowspan=2>Bob Lee</td><td>City</td><td></td></tr><tr><td></td></tr><tr><td>Cy Fox</td></tr></table>"
    )
    assert shown(reading)[0] == ("paragraph", "Posts")
    assert table(reading, only(reading, "table")) == [
        ["Name", "Trust", "Role"],
        ["Ann Wood", "Hill", "Lead"],
        ["Ann Wood", "Coast lead", "Coast lead"],
        ["Bob Lee", "City", ""],
        ["Cy Fox", "", ""],
    ]


def test_two_head_rows_become_one() -> None:
    reading = html(
        "<table><tr><th rowspan=2>Name</th><th colspan=2>Calls</th></tr><tr><th>May</th><th>June</th></tr>"
        "<tr><td>Ann</td><td>1</td><td>2</td></tr></table>"
    )
    assert table(reading, only(reading, "table")) == [["Name", "Calls May", "Calls June"], ["Ann", "1", "2"]]


def test_a_table_that_only_lays_out_the_page_is_walked_through() -> None:
    assert shown(html("<table><tr><td><p>Left.</p></td><td><p>Right.</p></td></tr></table>")) == [
        ("paragraph", "Left."),
        ("paragraph", "Right."),
    ]


def test_terms_become_rows() -> None:
    reading = html("<dl><dt>ICP<dd>A partnership.<dd>One of four.<dt>A<dt>B<dd>Both.<dt>C</dl>")
    assert table(reading, only(reading, "table")) == [
        [],
        ["ICP", "A partnership."],
        ["ICP", "One of four."],
        ["A, B", "Both."],
        ["C", ""],
    ]


def test_what_can_be_unfolded_is_kept() -> None:
    assert shown(html("<details><summary>What next?</summary><p>We wait.</p></details>")) == [
        ("paragraph", "What next?"),
        ("paragraph", "We wait."),
    ]


def test_a_page_says_what_it_is_called_who_made_it_and_where_it_is() -> None:
    reading = html(
        '<title>One trust | North</title><meta property="og:title" content="One  trust">'
        '<meta property="og:site_name" content="North"><link rel="canonical" href="https://example.org/one">'
        '<meta property="article:published_time" content="2031-05-01T10:00:00Z"><p>Words.</p>'
    )
    assert reading.metadata == Metadata(
        title="One trust",
        publisher="North",
        url="https://example.org/one",
        published="2031-05-01",
        evidence="stated by the page (article:published_time)",
    )


@pytest.mark.parametrize(
    ("part", "published", "evidence"),
    [
        (
            '<script type="application/ld+json">{"@graph": [{}, {"datePublished": "2031-05-01T10:00"}]}</script>',
            "2031-05-01",
            "stated by the page (datePublished)",
        ),
        ('<script type="application/ld+json">{broken</script>', None, None),
        ('<p>Published: <time datetime="2031-05-01">1 May 2031</time></p>', "2031-05-01", "stated by the page (time)"),
        ('<time class="post-date" datetime="2031-05-01">May</time>', "2031-05-01", "stated by the page (time)"),
        ('<p>We join on <time datetime="2031-05-01">1 May 2031</time>.</p>', None, None),
        ('<aside>Published: <time datetime="2031-05-01">1 May 2031</time></aside>', None, None),
        ('<link rel="canonical" href="https://example.org/news/2031-05-01/x">', "2031-05-01", "date in the address"),
        ('<meta property="og:url" content="https://example.org/2031/05/01/x">', "2031-05-01", "date in the address"),
        ('<link rel="canonical" href="/2031/05/01/x">', None, None),
        ("<p>Published: 01/05/2031</p>", "2031-05-01", "stated in the text"),
        ("<p>We join on 1 May 2031.</p><footer>© 2018</footer>", None, None),
    ],
)
def test_the_date_of_a_page_and_what_it_rests_on(part: str, published: str | None, evidence: str | None) -> None:
    said = html(f"<body>{part}<p>Words.</p></body>").metadata
    assert (said.published, said.evidence) == (published, evidence)


def test_without_more_the_title_is_the_heading_or_the_title_tag() -> None:
    assert html("<title>T | North</title><h1>One <i>trust</i></h1><p>Words.").metadata.title == "One trust"
    assert html("<title>T | North</title><p>Words.").metadata.title == "T | North"


def test_a_page_nested_deeper_than_any_stack_is_read() -> None:
    depth = 20_000
    assert html("<div>" * depth + "<p>Down here.</p>" + "</div>" * depth).text == "Down here."
    assert html("<ul><li>" * depth + "Down here.").text.endswith("Down here.")


def test_merged_cells_cannot_blow_up_a_table() -> None:
    cell = "<td rowspan=999 colspan=999>" + "word " * 50
    reading = html(f"<table><tr>{cell}<td>x</tr>" + "<tr><td>y<td>z</tr>" * 300 + "</table>")
    assert len(reading.text) < 100_000
    assert (reading.text.count("x"), reading.text.count("y"), reading.text.count("z")) == (1, 300, 300)
