"""What was heard of what was said, to the millisecond and never beyond; and its words."""

from __future__ import annotations

from servizio.agents.openai_realtime.captions import BYTES_PER_LETTER, Captions
from servizio.agents.openai_realtime.played import Cut, PlayedBook


def test_an_item_is_cut_where_it_was_last_heard() -> None:
    book = PlayedBook()
    book.add(1, "item_A", 0, 8000)
    book.add(1, "item_A", 0, 8000)
    assert book.cut(1, 1480) == (Cut("item_A", 0, 1480),)
    assert book.cut(1, 1480) == ()


def test_a_cut_is_never_beyond_what_was_sent() -> None:
    book = PlayedBook()
    book.add(1, "item_A", 0, 8007)
    assert book.cut(1, 60_000) == (Cut("item_A", 0, 1000),)


def test_each_item_of_a_speech_has_a_clock_of_its_own() -> None:
    book = PlayedBook()
    book.add(3, "preamble", 0, 8000)
    book.add(3, "answer", 0, 16000)
    book.add(4, "not begun", 0, 800)
    book.item_done("preamble")
    book.item_done("answer")
    assert book.cut(3, 1500) == (Cut("answer", 0, 500), Cut("not begun", 0, 0))


def test_what_was_heard_to_its_end_is_never_cut() -> None:
    book = PlayedBook()
    book.add(1, "old", 0, 8000)
    book.played(1)
    book.add(2, "whole", 0, 8000)
    book.item_done("whole")
    assert book.cut(2, 1000) == ()


def test_an_item_that_was_heard_as_far_as_it_came_is_cut_there() -> None:
    book = PlayedBook()
    book.add(1, "item_A", 0, 8000)
    assert book.cut(1, 1000) == (Cut("item_A", 0, 1000),)


def test_an_item_that_goes_on_in_another_speech_is_counted_through() -> None:
    book = PlayedBook()
    book.add(1, "item_A", 0, 8000)
    book.add(2, "item_A", 0, 8000)
    assert book.cut(2, 250) == (Cut("item_A", 0, 1250),)


def test_sentences_are_placed_where_they_are_heard() -> None:
    captions = Captions()
    captions.add("One taro. Anything")
    captions.add(" else")
    assert captions.due_at() == 0
    assert captions.take() == "One taro."
    assert captions.due_at() > len("One taro.") * BYTES_PER_LETTER  # type: ignore[operator]
    captions.add("? ")
    assert captions.due_at() == len("One taro.") * BYTES_PER_LETTER
    assert captions.take() == "Anything else?"
    assert captions.due_at() is None
    assert captions.rest() == ""


def test_the_first_words_do_not_wait_for_the_sentence_and_half_words_do() -> None:
    captions = Captions()
    captions.add("Sure, one ta")
    assert captions.due_at() == 0
    assert captions.take() == "Sure, one"
    captions.replace("Sure, one taro")
    assert captions.rest() == "taro"
