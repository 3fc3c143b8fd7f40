from __future__ import annotations

from collections.abc import Callable

from tests.agents.local.conversation import Conversation

Call = Callable[..., Conversation]


async def test_the_sample_conversation_ends_with_the_order_in_the_store(call: Call) -> None:
    talk = call()
    await talk.say("can i get a taro milk tea with boba")
    assert "one taro milk tea with boba" in talk.answer
    assert await talk.order() is None

    await talk.say("yes", "that's all")
    assert "number" in talk.answer

    await talk.say("five five five one two three four five six seven")
    assert "five five five, one two three, four five six seven" in talk.answer
    assert await talk.order() is None

    await talk.say("yes")
    assert "four, seven, eight, two" in talk.answer
    assert "six dollars and twenty-five cents" in talk.answer

    await talk.say("thanks bye")
    assert talk.reply.ends == "goodbye"
    assert talk.control.closed is not None

    order = await talk.order()
    assert order is not None
    assert order.draft.phone == "+15551234567"
    assert str(order.draft.total) == "6.25"
    assert await talk.lines() == [(1, "taro-milk-tea", ("boba",))]
