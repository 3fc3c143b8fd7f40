"""However a server cuts, doubles or garbles what its model says, the right thing is made of it."""

from __future__ import annotations

import json

import pytest

from servizio.agents.cloud.functions import FunctionCall
from servizio.agents.pipeline.chat_pieces import (
    CallPiece,
    ChatError,
    Finished,
    TextPiece,
    Trouble,
    pieces,
)
from servizio.agents.pipeline.conversation import Conversation, Entry
from servizio.agents.pipeline.dialects import ChatPlan, Dialect, dialect_of, plainer, request_body
from servizio.agents.pipeline.event_lines import EventLines
from servizio.agents.pipeline.spoken_text import SentenceCutter
from servizio.agents.pipeline.tool_calls import Assembly, own_tongue
from servizio.agents.protocol import Spoken


def assembled(*parts: CallPiece, cut: bool = False) -> list[tuple[str, str, object]]:
    calls = Assembly()
    for part in parts:
        calls.take(part)
    return [(each.id, each.name, each.arguments) for each in calls.calls((), cut=cut)]


def sentences(text: str, size: int = 3) -> list[str]:
    cutter = SentenceCutter()
    found = [cutter.feed(text[at : at + size]) for at in range(0, len(text), size)]
    return [each for some in [*found, cutter.end()] for each in some]


def test_a_call_in_pieces_is_one_call() -> None:
    parts = [
        CallPiece(0, "a", "add", ""),
        CallPiece(0, "", "", '{"x"'),
        CallPiece(0, "", "", ": 1}"),
    ]
    assert assembled(*parts) == [("a", "add", '{"x": 1}')]


def test_whole_calls_under_one_index_are_two_calls() -> None:
    parts = [CallPiece(0, "a", "add", "{}"), CallPiece(0, "b", "add", "{}")]
    assert [each[0] for each in assembled(*parts)] == ["a", "b"]
    nameless = [CallPiece(0, "", "add", "{}"), CallPiece(0, "", "drop", "{}")]
    assert [each[1] for each in assembled(*nameless)] == ["add", "drop"]


def test_an_id_is_never_used_twice() -> None:
    calls = Assembly()
    calls.take(CallPiece(0, "a", "add", "{}"))
    calls.take(CallPiece(1, "", "add", "{}"))
    (first, second) = calls.calls({"a"})
    assert len({first.id, second.id, "a"}) == 3


def test_a_call_that_was_cut_for_length_is_not_made() -> None:
    assert assembled(CallPiece(0, "a", "add", '{"x": '), cut=True) == []
    assert assembled(CallPiece(0, "a", "add", '{"x": 1}'), cut=True) != []


@pytest.mark.parametrize(
    "generation",
    ['<function=add{"x": "y"}</function>', '<function=add>{"x": "y"}</function>',
     'Sure. <function=add {"x": "y"} </function>', '<function(add){"x": "y"}</function>'],
)  # fmt: skip
def test_a_call_in_the_models_own_tongue_is_understood(generation: str) -> None:
    (call,) = own_tongue(generation, {"add"})
    assert (call.name, json.loads(call.arguments)) == ("add", {"x": "y"})
    assert own_tongue(generation, {"other"}) == []


def test_sentences_end_where_people_end_them() -> None:
    assert sentences("That is $5.50 with tax. It is ready at 5 p.m. today. Anything else?") == [
        "That is $5.50 with tax.",
        "It is ready at 5 p.m. today.",
        "Anything else?",
    ]
    assert sentences("Sure. One taro milk tea, right?") == ["Sure. One taro milk tea, right?"]
    assert sentences("- **Taro** milk tea\n- [Mango](http://x.y/z) tea\n") == [
        "Taro milk tea",
        "Mango tea",
    ]
    assert all(len(each) <= 181 for each in sentences("taro " * 600))
    assert sentences("😀 \n") == []


@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_thoughts_and_calls_are_never_spoken(size: int) -> None:
    text = '<think>Hm. They want tea.</think>One taro tea. <function=add{"a": 1}</function>Right?'
    assert sentences(text, size) == ["One taro tea.", "Right?"]
    assert sentences("One < two is true, and more.", size) == ["One two is true, and more."]
    assert sentences("<think>never ends", size) == []
    assert sentences("They want tea </think>One taro tea.", 1000) == ["One taro tea."]


def test_events_are_read_however_they_are_cut() -> None:
    stream = (
        ': hello\r\n\r\nevent: error\r\ndata: {"a": "é"}\r\n\r\ndata: 1\n\n'
        "data: 2\ndata: 3\n\n: x\n\nid: 4\ndata: end"
    ).encode()
    for size in (1, 2, 7, 1000):
        lines = EventLines()
        found = [lines.feed(stream[at : at + size]) for at in range(0, len(stream), size)]
        events = [each for some in [*found, lines.end()] for each in some]
        assert [event.data for event in events] == ['{"a": "é"}', "1", "2", "3", "end"]
        assert events[0].name == "error"


@pytest.mark.parametrize(
    "data", ["", "no json", "[]", "{}", '{"choices": []}', '{"choices": [{"delta": null}]}',
             '{"choices": [{"delta": {"tool_calls": null, "content": 3}}]}', "null"]
)  # fmt: skip
def test_a_chunk_with_nothing_in_it_is_nothing(data: str) -> None:
    assert pieces(data) == []


def test_text_call_and_end_may_come_in_one_chunk() -> None:
    delta = {"content": "Hi", "tool_calls": [{"function": {"name": "add", "arguments": {"x": 1}}}]}
    chunk = {"choices": [{"delta": delta, "finish_reason": "stop"}]}
    assert pieces(json.dumps(chunk)) == [
        TextPiece("Hi"),
        CallPiece(0, "", "add", '{"x": 1}'),
        Finished("stop"),
    ]


@pytest.mark.parametrize(
    ("error", "trouble"),
    [({"code": "tool_use_failed", "failed_generation": "x"}, Trouble.BAD_TOOL_CALL),
     ({"code": "rate_limit_exceeded"}, Trouble.BUSY),
     ({"code": "insufficient_quota"}, Trouble.REFUSED), ("plain words", Trouble.CUT)],
)  # fmt: skip
def test_an_error_amid_the_stream_is_an_error(error: object, trouble: Trouble) -> None:
    with pytest.raises(ChatError) as raised:
        pieces(json.dumps({"error": error}))
    assert raised.value.trouble is trouble


def test_every_call_in_the_history_has_an_answer_and_sound_arguments() -> None:
    talk = Conversation("Be kind.", (Spoken("customer", "Hi"), Spoken("agent", "Hello.")))
    entry = Entry("assistant", "")
    talk.add(entry)
    talk.wants(entry, [FunctionCall("a", "add", "{no"), FunctionCall("b", "drop", '{"x": 1}')])
    talk.answered("b", '{"ok": true}')
    talk.customer("And?")
    roles = [each["role"] for each in talk.messages()]
    assert roles == ["system", "user", "assistant", "assistant", "tool", "tool", "user"]
    calls = talk.messages()[3]["tool_calls"]
    assert [each["function"]["arguments"] for each in calls] == ["{}", '{"x": 1}']
    assert [each["content"] for each in talk.messages()[4:6]][1] == '{"ok": true}'


def test_the_model_remembers_what_was_heard_and_no_more() -> None:
    talk = Conversation("Be kind.")
    first, second = Entry("assistant", "One. Two."), Entry("assistant", "Three.")
    for number, entry in enumerate((first, second), 1):
        entry.speech, entry.said = number, entry.text
        talk.add(entry)
    talk.interrupted(1, "One.")
    talk.customer("Stop.")
    assert [each["content"] for each in talk.messages()[1:]] == ["One.—", "Stop."]
    talk.played(1)
    assert talk.messages()[1]["content"] == "One. Two."


@pytest.mark.parametrize(
    ("url", "dialect"),
    [("https://api.groq.com/openai/v1", Dialect.GROQ),
     ("https://api.openai.com/v1", Dialect.OPENAI),
     ("http://localhost:11434/v1", Dialect.OLLAMA), ("http://10.0.0.2:8000/v1", Dialect.VLLM),
     ("http://box:8080/v1", Dialect.LLAMACPP), ("https://else.where/v1", Dialect.PLAIN)],
)  # fmt: skip
def test_each_server_is_asked_in_its_own_way(url: str, dialect: Dialect) -> None:
    assert dialect_of(url) is dialect
    body = request_body(ChatPlan(url, "", "openai/gpt-oss-120b", dialect), [], [])
    modern = dialect in {Dialect.GROQ, Dialect.OPENAI}
    assert ("max_completion_tokens" in body) is modern
    assert ("max_tokens" in body) is not modern
    assert body.get("reasoning_effort") == ("low" if dialect is Dialect.GROQ else None)
    assert ("parallel_tool_calls" in body) is (modern or dialect is Dialect.LLAMACPP)
    assert not {"temperature", "parallel_tool_calls", "reasoning_effort"} & plainer(body).keys()
