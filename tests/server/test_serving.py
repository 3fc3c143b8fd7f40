"""Where a server listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from servizio.errors import ServizioError
from servizio.server.serving import beside, bind


@pytest.fixture
def closing() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def elsewhere(closing: ExitStack) -> socket.socket:
    """An address that is not the usual one, as of a shop's network."""
    try:
        return closing.enter_context(bind("127.0.0.2", 0))
    except ServizioError:
        pytest.skip("this machine has one loopback address only")


def test_programs_of_this_machine_reach_a_server_that_listens_elsewhere(
    closing: ExitStack,
) -> None:
    first = elsewhere(closing)
    (second,) = beside(first)
    closing.enter_context(second)
    assert second.getsockname() == ("127.0.0.1", first.getsockname()[1])


def test_a_port_that_somebody_else_has_there_is_no_reason_not_to_serve(closing: ExitStack) -> None:
    first = elsewhere(closing)
    closing.enter_context(bind("127.0.0.1", first.getsockname()[1]))
    assert beside(first) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_one_socket_is_enough_where_it_is_reached_at_127_0_0_1(
    closing: ExitStack, host: str
) -> None:
    assert beside(closing.enter_context(bind(host, 0))) == []
