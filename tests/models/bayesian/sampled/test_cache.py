from __future__ import annotations

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
