"""The shop's time zone where none is set: this machine's, by a name that others know."""

from __future__ import annotations

import shutil
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from servizio.settings.own_zone import own_zone

ZONES = Path("/usr/share/zoneinfo")
pytestmark = pytest.mark.skipif(not (ZONES / "Europe/Rome").is_file(), reason="no zones here")


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    shutil.copyfile(ZONES / "America/New_York", tmp_path / "localtime")
    return tmp_path


def own(etc: Path, **environment: str) -> str:
    return str(own_zone(environment, etc, (str(ZONES),)))


def test_a_copy_of_a_zone_goes_by_the_name_of_the_zone(etc: Path) -> None:
    assert own(etc) == "America/New_York"


def test_what_the_machine_notes_is_believed_where_it_is_true(etc: Path) -> None:
    (etc / "timezone").write_text("US/Eastern\n")
    same = (ZONES / "US/Eastern").read_bytes() == (etc / "localtime").read_bytes()
    assert own(etc) == ("US/Eastern" if same else "America/New_York")
    (etc / "timezone").write_text("Europe/Rome\n")
    assert own(etc) == "America/New_York"


def test_a_container_s_variable_wins(etc: Path) -> None:
    assert own(etc, TZ="Europe/Rome") == "Europe/Rome"
    assert own(etc, TZ=":Europe/Rome") == "Europe/Rome"
    assert own(etc, TZ="no such zone") == "America/New_York"


def test_a_link_says_its_name(tmp_path: Path) -> None:
    (tmp_path / "localtime").symlink_to(ZONES / "Asia/Tokyo")
    assert own(tmp_path) == str(ZoneInfo("Asia/Tokyo"))


def test_a_zone_that_has_no_twin_is_used_all_the_same(etc: Path) -> None:
    assert str(own_zone({}, etc, ())) == "localtime"


def test_a_machine_that_says_nothing_has_a_zone_too(tmp_path: Path) -> None:
    assert own_zone({}, tmp_path, ()) is not None
