"""The line finder agrees with what a person sees in the file."""

from __future__ import annotations

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.shop.toml_lines import line_numbers


def test_tables_keys_and_list_elements_have_their_lines() -> None:
    text = (
        'name = "a"  # [not] a = table\n'
        "\n"
        "[[items]]\n"
        'name = "x"\n'
        "aliases = [\n"
        '  "p", # one\n'
        '  "q",\n'
        "]\n"
        "[[items]]\n"
        'price = "1"\n'
        "  [[items.parts]]\n"
        "  a.b = 1\n"
    )
    lines = line_numbers(text)
    assert lines[("name",)] == 1
    assert lines["items", 0] == 3
    assert lines["items", 0, "aliases", 1] == 7
    assert lines["items", 1, "price"] == 10
    assert lines["items", 1, "parts", 0] == 11
    assert lines["items", 1, "parts", 0, "a", "b"] == 12


def test_inline_tables_and_long_strings_do_not_lead_astray() -> None:
    text = (
        'text = """one\n[[items]]\ntwo\\""" """\n'
        "raw = '''x\n# = '''\n"
        'all = [{a = 1}, {b = "}"}]\n'
        "z = 1\n"
    )
    tomllib.loads(text)
    lines = line_numbers(text)
    assert lines[("raw",)] == 4
    assert lines["all", 1, "b"] == 6
    assert lines[("z",)] == 7
    assert ("items",) not in lines


def test_quoted_keys_are_found_under_their_real_names() -> None:
    lines = line_numbers('"a b" = 1\n["x.y".\'z\\\']\n"\\u0041\\n" = 2\n')
    assert lines[("a b",)] == 1
    assert lines["x.y", "z\\"] == 2
    assert lines["x.y", "z\\", "A\n"] == 3


SCALARS = st.one_of(
    st.integers(-99, 99).map(str),
    st.booleans().map(lambda flag: str(flag).lower()),
    st.sampled_from(['""', '"a#b"', "'c]d'", '"""e\nf"""', "'''g\n'h'''", '"\\"="', "1.5"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: "[\n" + ", # c\n".join(each) + "\n]"),
        st.lists(inner.filter(lambda value: "\n" not in value), max_size=2).map(
            lambda each: "{" + ", ".join(f"k{n} = {value}" for n, value in enumerate(each)) + "}"
        ),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), VALUES), min_size=1, max_size=6))
def test_every_value_of_any_document_has_a_line(entries: list[tuple[bool, str]]) -> None:
    text = "".join(
        ("[[t]]\n" if table else "") + f"key{place} = {value}\n"
        for place, (table, value) in enumerate(entries)
    )
    lines = line_numbers(text)
    for path in paths(tomllib.loads(text)):
        assert path in lines
    for place in range(len(entries)):
        line = next(line for path, line in lines.items() if path[-1] == f"key{place}")
        assert text.split("\n")[line - 1].startswith(f"key{place} =")


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        pairs: list[tuple[str | int, object]] = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    else:
        return []
    return [found for key, each in pairs for found in ((*path, key), *paths(each, (*path, key)))]
