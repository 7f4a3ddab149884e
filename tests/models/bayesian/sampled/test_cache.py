from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mdmameta.errors import DoubtfulResultWarning
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.sampled import cache, identity

NAMES = ("model", "program", "sampler", "seed", "data_hash", "versions", "code")
ATTRS = dict.fromkeys(NAMES, "x")
KEY = identity.key(ATTRS)


@pytest.fixture
def stored(tmp_path, monkeypatch):
    monkeypatch.setenv("MDMAMETA_CACHE", str(tmp_path))
    group = {"mu": (("chain", "draw"), np.arange(10.0).reshape(2, 5))}
    cache.put(KEY, compat.tree({"posterior": group}, {}, ATTRS))
    return tmp_path / f"{KEY}.nc"


def test_a_posterior_comes_back_as_it_was_stored(stored):
    found = compat.values(cache.get(KEY), "mu")
    np.testing.assert_array_equal(found, np.arange(10.0).reshape(2, 5))
    assert cache.info().fits == 1


def test_a_damaged_file_is_thrown_away_with_a_warning(stored):
    stored.write_bytes(stored.read_bytes()[:200])
    with pytest.warns(DoubtfulResultWarning, match="cannot be read"):
        assert cache.get(KEY) is None
    assert not stored.exists()


def test_a_file_under_the_name_of_another_is_thrown_away(stored):
    other = identity.key({**ATTRS, "seed": "2"})
    stored.rename(stored.with_name(f"{other}.nc"))
    with pytest.warns(DoubtfulResultWarning, match="not what its name says"):
        assert cache.get(other) is None


def test_clearing_leaves_nothing(stored):
    assert cache.clear().fits == 1
    assert list(stored.parent.iterdir()) == []


def test_nothing_is_kept_where_files_cannot_be_written(stored, monkeypatch):
    stored.unlink()
    monkeypatch.setattr(compat, "has_netcdf", lambda: False)
    cache.put(KEY, None)
    assert cache.info().fits == 0


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, Path("/x")),
        ("linux", {}, Path("/home/me/.cache")),
        ("darwin", {"XDG_CACHE_HOME": "/x"}, Path("/home/me/Library/Caches")),
        ("win32", {"LOCALAPPDATA": "/local"}, Path("/local")),
        ("win32", {}, Path("/home/me/.cache")),
    ],
)
def test_the_cache_lies_where_the_system_keeps_caches(
    platform, variables, expected, monkeypatch
):
    for name in (cache.VARIABLE, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"HOME": "/home/me", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(cache.sys, "platform", platform)
    assert cache.directory() == expected / "mdmameta" / "fits"


def test_a_directory_that_cannot_be_made_is_named_and_nothing_is_lost(
    tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file"))
    group = {"mu": (("chain", "draw"), np.zeros((1, 4)))}
    with pytest.warns(DoubtfulResultWarning, match="cannot be kept in .*file .*'off'"):
        cache.put(KEY, compat.tree({"posterior": group}, {}, ATTRS))
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_file_that_cannot_be_written_leaves_no_part_behind(stored, monkeypatch):
    stored.unlink()

    def full(idata, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(compat, "write", full)
    with pytest.warns(DoubtfulResultWarning, match="No space left on device"):
        cache.put(KEY, None)
    assert list(stored.parent.iterdir()) == []
