"""The cache of sampled fits on the command line: shown, and emptied of nothing else."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mdmameta.cli import main

NAME = "0123456789abcdef" * 4 + ".nc"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return a cache with one fit, one half-written one and files of a user."""
    monkeypatch.setenv("MDMAMETA_CACHE", str(tmp_path))
    for name in (NAME, "mdmameta-abc.part", "mine.nc", "notes.txt"):
        (tmp_path / name).write_bytes(b"x" * 1000)
    (tmp_path / "folder").mkdir()
    return tmp_path


def test_the_cache_tells_its_place_its_size_and_its_age(run, place) -> None:
    found = json.loads(run("cache", "info", "--json", "-").stdout)
    assert found["directory"] == str(place)
    assert (found["fits"], found["bytes"]) == (1, 1000)
    assert found["oldest"].startswith("20")
    assert "fits: 1, 0.0 MB" in run("cache", "info").output


def test_clearing_removes_what_was_made_here_and_nothing_else(run, place) -> None:
    assert "Removed: 1 fits" in run("cache", "clear", "--yes").output
    left = sorted(path.name for path in place.iterdir())
    assert left == ["folder", "mine.nc", "notes.txt"]


def test_clearing_follows_no_link_out_of_its_folder(run, place, tmp_path) -> None:
    target = tmp_path / "folder" / "precious.nc"
    target.write_text("draws")
    (place / NAME).unlink()
    (place / NAME).symlink_to(target)
    run("cache", "clear", "--yes")
    assert target.read_text() == "draws"


def test_clearing_asks_first(run, place) -> None:
    said = run("cache", "clear", code=2).output
    assert "nobody answered" in said
    assert "--yes" in said
    assert (place / NAME).exists()


def test_a_cache_that_is_off_is_empty_and_says_so(run, monkeypatch) -> None:
    monkeypatch.setenv("MDMAMETA_CACHE", "off")
    assert "none (MDMAMETA_CACHE=off)" in run("cache", "info").output
    assert "Removed: 0 fits" in run("cache", "clear").output


def test_a_cache_that_nobody_has_used_is_empty(run, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("MDMAMETA_CACHE", str(tmp_path / "none"))
    assert json.loads(run("cache", "info", "--json", "-").stdout)["oldest"] is None
    assert not (tmp_path / "none").exists()


def test_who_says_no_keeps_the_cache(place) -> None:
    done = CliRunner().invoke(main, ["cache", "clear"], input="n\n")
    assert done.exit_code == 0
    assert f"Remove 1 fits and 0 pages from {place}?" in done.output
    assert "Nothing was removed." in done.output
    assert (place / NAME).exists()
