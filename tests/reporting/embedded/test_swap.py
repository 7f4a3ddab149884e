"""A new directory takes the place of the old one, or nothing changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.reporting.embedded.swap import replacing


def test_the_new_directory_replaces_the_old_one_as_a_whole(tmp_path: Path) -> None:
    old = tmp_path / "_site"
    old.mkdir()
    (old / "stale.html").write_text("stale")
    with replacing(old) as new:
        (new / "index.html").write_text("new")
    assert [path.name for path in old.iterdir()] == ["index.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["_site"]


def test_a_failure_leaves_the_old_directory(tmp_path: Path) -> None:
    old = tmp_path / "_site"
    old.mkdir()
    (old / "index.html").write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(old):
        raise ZeroDivisionError
    assert (old / "index.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["_site"]


def test_an_exchange_that_fails_half_way_brings_the_old_directory_back(
    tmp_path: Path,
) -> None:
    old = tmp_path / "_site"
    old.mkdir()
    (old / "index.html").write_text("old")
    with pytest.raises(FileNotFoundError), replacing(old) as new:
        new.rmdir()
    assert (old / "index.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["_site"]


def test_a_directory_that_a_kill_left_aside_is_brought_back(tmp_path: Path) -> None:
    aside = tmp_path / "_site-old"
    aside.mkdir()
    (aside / "index.html").write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "_site"):
        raise ZeroDivisionError
    assert (tmp_path / "_site" / "index.html").read_text() == "old"
