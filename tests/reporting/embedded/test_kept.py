"""The files in which results of pages are kept."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from mdmameta.errors import DoubtfulResultWarning
from mdmameta.reporting.embedded import kept

KEY, OTHER = "0123456789abcdef" * 4, "f" * 64
ENTRY = kept.Entry({"/a/table.csv": "ab", "/a/none": None}, [[{"a": 1}], "0.5"])


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep pages in a folder of the test."""
    monkeypatch.setenv("MDMAMETA_CACHE", str(tmp_path))
    return tmp_path / "pages"


def test_a_page_comes_back_as_it_was_kept(place: Path) -> None:
    assert kept.get(KEY) is None
    kept.put(KEY, ENTRY)
    assert kept.get(KEY) == ENTRY
    assert kept.get(OTHER) is None
    assert [path.suffix for path in place.iterdir()] == [".gz"]


def test_only_the_user_can_look_into_the_folder(place: Path) -> None:
    kept.put(KEY, ENTRY)
    assert os.name == "nt" or place.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not gzip",
        gzip.compress(b"not json"),
        gzip.compress(b"[]"),
        gzip.compress(json.dumps({"key": KEY, "rests_on": {}}).encode()),
        gzip.compress(json.dumps({"key": KEY}).encode())[:-9],
    ],
)
def test_a_damaged_file_is_thrown_away_with_a_warning(
    place: Path, content: bytes
) -> None:
    kept.put(KEY, ENTRY)
    path = next(place.iterdir())
    path.write_bytes(content)
    with pytest.warns(DoubtfulResultWarning, match="thrown away"):
        assert kept.get(KEY) is None
    assert not path.exists()


def test_a_file_under_the_name_of_another_is_not_believed(place: Path) -> None:
    kept.put(KEY, ENTRY)
    path = next(place.iterdir())
    path.rename(place / path.name.replace(KEY, OTHER))
    assert kept.get(OTHER) is None


def test_what_was_used_longest_ago_goes_first(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.put(KEY, ENTRY)
    old, size = next(place.iterdir()), next(place.iterdir()).stat().st_size
    os.utime(old, (1, 1))
    monkeypatch.setattr(kept, "MOST", int(1.5 * size))
    kept.put(OTHER, ENTRY)
    assert (kept.get(KEY), kept.get(OTHER)) == (None, ENTRY)


def test_clearing_leaves_files_of_others(place: Path) -> None:
    kept.put(KEY, ENTRY)
    (place / "mine.gz").write_text("mine")
    (place / f"{OTHER}.page.gz").symlink_to(place / "mine.gz")
    assert kept.clear().pages == 1
    assert sorted(path.name for path in place.iterdir()) == sorted(
        ["mine.gz", f"{OTHER}.page.gz"]
    )


def test_nothing_is_kept_where_the_cache_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MDMAMETA_CACHE", "off")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept.put(KEY, ENTRY)
    assert (kept.get(KEY), kept.info().pages) == (None, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MDMAMETA_CACHE", str(tmp_path / "file"))
    with pytest.warns(DoubtfulResultWarning, match="cannot be kept"):
        kept.put(KEY, ENTRY)
