"""Where an order may go: one test for each step there is, and none besides."""

from __future__ import annotations

from itertools import product

import pytest

from servizio.errors import OrderError, TransitionError
from servizio.shop.order import OrderStatus, check_transition

RECEIVED, MAKING, READY, PICKED_UP, CANCELLED = (
    OrderStatus.RECEIVED, OrderStatus.MAKING, OrderStatus.READY,
    OrderStatus.PICKED_UP, OrderStatus.CANCELLED,
)  # fmt: skip
STEPS = {
    (RECEIVED, MAKING),
    (RECEIVED, READY),
    (RECEIVED, CANCELLED),
    (MAKING, READY),
    (MAKING, CANCELLED),
    (READY, PICKED_UP),
    (READY, CANCELLED),
}


@pytest.mark.parametrize(("now", "wanted"), sorted(STEPS))
def test_an_order_goes_forward(now: OrderStatus, wanted: OrderStatus) -> None:
    check_transition(now, wanted, None)


@pytest.mark.parametrize(("before", "now"), sorted(STEPS))
def test_one_step_can_be_undone(before: OrderStatus, now: OrderStatus) -> None:
    check_transition(now, before, before)


@pytest.mark.parametrize(("now", "wanted"), sorted(set(product(OrderStatus, OrderStatus)) - STEPS))
def test_every_other_step_is_refused(now: OrderStatus, wanted: OrderStatus) -> None:
    with pytest.raises(TransitionError) as refused:
        check_transition(now, wanted, None)
    assert refused.value.hint


def test_two_steps_back_are_refused() -> None:
    with pytest.raises(TransitionError, match="ready cannot become received"):
        check_transition(READY, RECEIVED, MAKING)


def test_a_refused_step_is_an_order_error_that_says_both_states() -> None:
    with pytest.raises(OrderError, match="picked up cannot become making"):
        check_transition(PICKED_UP, MAKING, None)
