"""A menu file is read, or every fault in it is named with its place."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.errors import MenuError
from servizio.shop.menu_file import (
    built_in_menus,
    check_menu,
    load_menu,
    menu_text,
    read_menu,
)

ITEM = '[[items]]\nname = "tea"\nprice = "3.00"\n'
TOP = 'name = "Corner"\n'


def faults(text: str) -> list[str]:
    return [str(fault) for fault in check_menu(text).faults]


def test_curly_quotes_are_called_curly_quotes() -> None:
    (fault,) = check_menu(
        "name = \N{LEFT DOUBLE QUOTATION MARK}Tea\N{RIGHT DOUBLE QUOTATION MARK}"
    ).faults
    assert "these are curly quotes" in str(fault)


def test_a_menu_with_the_least_a_menu_needs() -> None:
    menu = read_menu(TOP + ITEM, name="least")
    assert menu.item("tea").price == Decimal("3.00")
    assert (menu.currency, menu.tax_rate, menu.fulfilments) == ("USD", Decimal(0), ("pickup",))


def test_ids_are_made_from_names_space_by_space() -> None:
    menu = read_menu(
        TOP + '[[items]]\nname = "Egg  Tart"\nprice = "3"\nmodifier_groups = ["sweetness"]\n'
        '[[modifier_groups]]\nname = "sweetness"\n[[modifier_groups.modifiers]]\nname = "50%"\n',
        name="ids",
    )
    assert menu.items[0].id == "egg--tart"
    assert menu.group("sweetness").modifiers[0].id == "50%"


def test_defaults_groups_and_rules_may_be_given_by_name() -> None:
    menu = read_menu(
        TOP + '[[items]]\nname = "tea"\nprice = "3"\nmodifier_groups = ["Cup Size"]\n'
        '[[modifier_groups]]\nname = "Cup Size"\ndefault = "Very Big"\n'
        'modifiers = [{name = "Very Big"}, {name = "lid"}]\n'
        '[[rules]]\nmodifier = "lid"\nrequires = "Very Big"\n',
        name="names",
    )
    assert menu.group("cup-size").default == "very-big"
    assert menu.items[0].modifier_groups == ("cup-size",)
    assert menu.rules[0].requires == "very-big"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TOP + "tax_rate = 0.08\n" + ITEM, 'tax_rate = "0.08"'),
        (TOP + "tax_rate = 8.75\n" + ITEM, 'tax_rate = "0.0875"'),
        (TOP + ITEM.replace('"3.00"', "4.25"), 'price = "4.25"'),
        (TOP + ITEM.replace('"3.00"', "5.5"), 'price = "5.50"'),
        (TOP + ITEM.replace('"3.00"', "5.125"), 'price = "5.125"'),
        (TOP + ITEM.replace('"3.00"', "inf"), 'price = "5.50"'),
    ],
)
def test_a_number_without_quotes_is_given_back_in_quotes(text: str, said: str) -> None:
    (fault,) = faults(text)
    assert fault.endswith(f"{said}.")


BAD = """\
nam = "Corner"
currency = "dollars"
tax_rate = 8.75
fulfilments = ["pickup", "drone"]

[[modifier_groups]]
name = "size"
min = 3
max = 2
default = "larg"
  [[modifier_groups.modifiers]]
  name = "large"
  price = "-1"
  [[modifier_groups.modifiers]]
  name = "large"

[[items]]
name = "tea"
price = 5.5
modifier_groups = ["siz"]

[[items]]
name = "te\\u0007a"
price = "1.234"
aliases = "cha"

[[rules]]
modifier = "lid"
"""


EXPECTED = [
    'line 1, nam: unknown key "nam". Did you mean "name"?',
    'line 1: "name" is missing.',
    'line 2, currency: "dollars" should be a currency\'s three capital letters such as "USD".',
    'line 3, tax_rate: 8.75 needs quotes, so that no cent is lost: tax_rate = "0.0875".',
    'line 4, fulfilments[1]: "drone" should be one of: pickup, delivery.',
    "line 8, modifier_groups[0].min: is 3, more than max, which is 2.",
    "line 8, modifier_groups[0].min: is 3, but there are only 2 modifiers.",
    'line 10, modifier_groups[0].default: "larg" is none of its modifiers. Did you mean "large"?',
    "line 13, modifier_groups[0].modifiers[0].price: -1 is negative.",
    'line 15, modifier_groups[0].modifiers[1].name: the id "large" is taken already, on line 11.',
    'line 19, items[0].price: 5.5 needs quotes, so that no cent is lost: price = "5.50".',
    'line 20, items[0].modifier_groups[0]: there is no modifier group "siz". Did you mean "size"?',
    "line 23, items[1].name: contains the control character U+0007.",
    "line 24, items[1].price: 1.234 has 3 decimals; USD has 2.",
    'line 25, items[1].aliases: "cha" should be a list such as aliases = ["...", "..."].',
    'line 27, rules[0]: "requires" is missing.',
    'line 28, rules[0].modifier: there is no modifier "lid".',
]


def test_all_faults_are_named_at_once_in_file_order() -> None:
    assert faults(BAD) == EXPECTED


def test_the_error_carries_every_fault_and_shows_the_first() -> None:
    with pytest.raises(MenuError, match='17 faults: line 1, nam: unknown key "nam"') as refused:
        read_menu(BAD, name="corner.toml")
    assert [str(fault) for fault in refused.value.faults] == EXPECTED


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (TOP, "line 1: the menu has no [[items]]."),
        (TOP + ITEM + "x" * 90 + " = 1", "line 5, items[0].xxx"),
        (TOP + '[[items]]\nname = "!!"\nprice = "1"', 'line 3, items[0].name: "!!" cannot be'),
        (TOP + f'[[items]]\nname = "{"a" * 101}"\nprice = "1"', "has 101 characters; 100 is"),
        (TOP + '[[items]]\nname = "a"\nprice = "$1"', '"$1" should be a decimal such as'),
        (TOP + '[[items]]\nname = "a"\nprice = "1,50"', '"1,50" should be a decimal such as'),
        (TOP + '[[items]]\nname = "a"\nprice = true', "true should be a decimal in quotes"),
        (TOP + '[[items]]\nname = "a"', 'items[0]: "price" is missing'),
        (TOP + ITEM + 'id = "a b"', '"a b" contains a space; use "a-b".'),
        (TOP + ITEM + ITEM, 'line 6, items[1].name: the id "tea" is taken already, on line 2.'),
        (TOP + ITEM + 'name2 = "x"', 'unknown key "name2". Did you mean "name"?'),
        (TOP + 'currency = "JPY"\n' + ITEM, "line 5, items[0].price: 3.00 has 2 decimals; JPY"),
        (TOP + 'tax_rate = "8.75"\n' + ITEM, "8.75 is a share, not a percentage"),
        (TOP + ITEM + "[[modifier_groups]]\nname = 'x'", 'the group "x" has no modifiers.'),
        (TOP + "[items]\nname = 'x'", "items: is written with double brackets"),
        (TOP + ITEM + "amounts = true", "Known here: id, name, aliases"),
        (
            TOP + ITEM + "[[modifier_groups]]\nname = 'x'\nmax = 0\nmodifiers = [{name = 'y'}]",
            "line 7, modifier_groups[0].max: is 0",
        ),
        (
            TOP + ITEM + "[[modifier_groups]]\nname = 'x'\nmodifiers = [{name = 'y'}, 3]",
            "modifiers[1]: 3 should be a table that begins with [[modifier_groups.modifiers]].",
        ),
        (
            TOP + ITEM + "[[modifier_groups]]\nname='x'\namounts = 'yes'\nmodifiers=[{name='y'}]",
            'amounts: "yes" should be true or false, without quotes.',
        ),
        (
            TOP + ITEM + "[[modifier_groups]]\nname='x'\nmin = '1'\nmodifiers=[{name='y'}]",
            'min: "1" should be a whole number, without quotes.',
        ),
    ],
)
def test_each_mistake_has_its_sentence(text: str, fault: str) -> None:
    assert any(fault in found for found in faults(text)), faults(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name = tea", "line 1, column 8: this is not valid TOML: Invalid value. Text and prices"),
        ('name = "a"\nname = "b"', "line 2: this is not valid TOML: Cannot overwrite"),
        ('name = "a" price = "1"', "Each key stands on a line of its own."),
        ('name = "a', "line 1"),
        ("x = " + "[" * 3000, "line 1"),
        ("x = " + "1" * 5000, "line 1: this is not valid TOML: a number is too long."),
    ],
)
def test_text_that_is_no_toml_is_placed_too(text: str, fault: str) -> None:
    assert len(faults(text)) == 1
    assert fault in faults(text)[0]


def test_shared_aliases_are_a_warning_because_the_menu_still_works() -> None:
    report = check_menu(
        TOP + '[[items]]\nname = "black tea"\naliases = ["tea"]\nprice = "3"\n'
        '[[items]]\nname = "green tea"\naliases = ["Tea"]\nprice = "3"\n'
    )
    assert report.menu is not None
    assert [str(each) for each in report.warnings] == [
        'line 8, items[1].aliases[0]: "Tea" also means "black tea".'
    ]


def test_a_name_in_two_groups_of_one_item_is_a_warning() -> None:
    report = check_menu(
        TOP + '[[items]]\nname = "tea"\nprice = "3"\nmodifier_groups = ["a", "b"]\n'
        '[[modifier_groups]]\nname = "a"\nmodifiers = [{name = "hot"}]\n'
        '[[modifier_groups]]\nname = "b"\nmodifiers = [{name = "hot"}]\n'
    )
    assert [str(each) for each in report.warnings] == [
        'line 11, modifier_groups[1].modifiers[0].name: "hot" is also in the group "a" of tea.'
    ]


def test_a_rule_that_an_item_can_never_keep_is_a_warning() -> None:
    report = check_menu(
        TOP + '[[items]]\nname = "tea"\nprice = "3"\nmodifier_groups = ["a"]\n'
        '[[modifier_groups]]\nname = "a"\nmodifiers = [{name = "hot"}]\n'
        '[[modifier_groups]]\nname = "b"\nmodifiers = [{name = "cup"}]\n'
        '[[rules]]\nmodifier = "hot"\nrequires = "cup"\n'
    )
    assert 'line 14, rules[0].requires: "tea" can have hot, but not cup' in str(report.warnings[0])


def test_there_is_a_hint_when_a_menu_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(MenuError) as refused:
        load_menu("bobba")
    assert refused.value.hint == 'Did you mean the built-in menu "boba"?'
    with pytest.raises(MenuError, match="is a folder"):
        load_menu(tmp_path)
    with pytest.raises(MenuError, match="cannot be read: not a path"):
        load_menu("a\0b")


def test_a_file_saved_in_another_encoding_is_a_fault_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "menu.toml"
    file.write_bytes(b'name = "Caf"\n# caf\xe9\n')
    with pytest.raises(MenuError, match="not UTF-8 text: line 2"):
        load_menu(file)
    file.write_bytes(b"\xef\xbb\xbf" + (TOP + ITEM).replace("\n", "\r\n").encode())
    assert load_menu(file).name == "Corner"
    file.write_bytes(b"#" * 1_000_001)
    with pytest.raises(MenuError, match="too large"):
        load_menu(str(file))


PLACED = re.compile(r"line \d+(, .+)?: .+", re.DOTALL)
KEYS = ["name", "id", "price", "items", "modifier_groups", "modifiers", "rules", "max", "min",
        "default", "aliases", "tax_rate", "currency", "amounts", "requires", "fulfilments",
        "x"]  # fmt: skip
WILD = st.sampled_from(
    ["1", "-1", "2.5", "true", '""', '"a"', "[]", '["a", 1]', "[[1]]", "{}", '{name = "a"}',
     '[{name = "a"}, {id = 3}]', "1979-05-27", '"\\u0000"', "inf", '"1e9"', "99999999999999"],
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["[[items]]", "[[modifier_groups]]", "[[rules]]", "[items]",
                             "[[modifier_groups.modifiers]]", "[[items.modifier_groups]]"]),
            st.tuples(st.sampled_from(KEYS), WILD).map(" = ".join),
        ),
        max_size=14,
    )
)  # fmt: skip
def test_a_wild_menu_never_crashes_and_always_says_where(lines: list[str]) -> None:
    report = check_menu("\n".join(lines))
    assert report.menu is not None or report.faults
    for fault in (*report.faults, *report.warnings):
        assert PLACED.fullmatch(str(fault)), fault


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_damaged_real_menu_never_crashes_and_always_says_where(data: st.DataObject) -> None:
    text = menu_text("boba")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 60)))
    report = check_menu(text[:start] + data.draw(st.text(max_size=5)) + text[end:])
    assert report.menu is not None or report.faults
    for fault in report.faults:
        assert PLACED.fullmatch(str(fault)), fault
        assert fault.problem.isprintable()


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_any_text_at_all_is_answered(text: str) -> None:
    report = check_menu(text)
    assert report.faults


def test_the_built_in_menus_have_neither_faults_nor_warnings() -> None:
    assert built_in_menus() == ("boba", "teahouse", "pizza", "cafe")
    for name in built_in_menus():
        report = check_menu(menu_text(name))
        assert (report.faults, report.warnings) == ((), ())
