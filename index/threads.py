"""One thread a question: a server answers several at once, and for one alone threads cost more than they bring."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def one_a_question() -> None:
    """Let the libraries below numpy take one thread, in the whole process.

    By default they set all cores to products so small that most of the time goes by waiting for each other: the one
    of a search costs 8 ms of processor time then instead of 0.2.
    """
    threadpool_limits(1, user_api="blas")
