"""`merger-bot pairs`: the commands that look after the known question-and-answer pairs."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.command import AsJson, fail, home_of, service_of
from bot.terminal import progress_bar, say

app = typer.Typer(no_args_is_help=True, help="Look after the known question-and-answer pairs.")


@app.command("add")
def pairs_add(
    context: typer.Context,
    question: Annotated[list[str], typer.Argument(help="As staff ask it.", show_default=False)],
    expect: Annotated[
        list[str] | None,
        typer.Option(help="Words that must be in the answer. May be given again.", show_default=False),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(help="Id of a document; one of those given must be cited.", show_default=False),
    ] = None,
    declined: Annotated[
        bool, typer.Option("--declined", metavar="", help="The question must be declined: no document says.")
    ] = False,
    audience: Annotated[
        str, typer.Option(metavar="NAME", help="Who asks it, if it is not all staff's question.", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Add a known pair to the home, and show what is said to it now."""
    if declined and (expect or source):
        fail(
            "A question that must be declined has no words to expect and no sources: leave out the one or the other.", 2
        )
    if not declined and not (expect and source):
        fail("Say what is right: --expect WORDS --source ID, or --declined.", 2)
    from bot import pairs
    from bot import render_pairs as render

    with service_of(context) as service:
        with progress_bar() as progress:
            assistant = service.assistant(progress, frozenset({audience}))
        pair = pairs.new_pair(service.pairs_file, " ".join(question), expect or (), source or (), audience)
        pairs.add_pair(service.pairs_file, pair, assistant.index.documents)
        outcome = pairs.would_pass(assistant, pair)
    say(as_json, [outcome], lambda: render.added(outcome), quoting=True)


@app.command("list")
def pairs_list(context: typer.Context, as_json: AsJson = False) -> None:
    """List the home's known pairs: id, question, what is expected, and whether it is skipped for lack of a document."""
    from bot import evaluate
    from bot import render_pairs as render
    from knowledge.audience import may_read

    with home_of(context) as home:
        known, sources = evaluate.load([home.pairs_file]), home.library.sources()
    left_out = evaluate.skipped(known, lambda audience: {source.id for source in sources if may_read(source, audience)})
    plain = [{**pair.model_dump(mode="json"), "skipped": pair.id in left_out} for pair in known]
    say(as_json, plain, lambda: render.pairs(known, left_out), quoting=True)
