from __future__ import annotations

import subprocess
import sys

import pytest

from mdmameta.errors import MissingExtraError
from mdmameta.models.bayesian import HalfNormal, compat

LOADED = """
import sys
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianRandomEffects
BayesianRandomEffects().fit(Effects.from_arrays([0.1, 0.2], [1, 1])).shrunken()
heavy = {"pymc", "arviz", "pytensor", "nutpie", "xarray", "matplotlib"}
raise SystemExit(", ".join(heavy & set(sys.modules)) or 0)
"""


def test_an_exact_fit_loads_neither_pymc_nor_arviz():
    run = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_a_missing_library_is_named_with_the_extra_to_install(monkeypatch):
    monkeypatch.setattr(compat, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"PyMC .*mdmameta\[bayes\]"):
        HalfNormal(1).to_pymc("tau")
    with pytest.raises(MissingExtraError, match="ArviZ"):
        compat.arviz()


@pytest.mark.parametrize("missing", ["h5netcdf", "h5py"])
def test_draws_need_both_libraries_to_be_kept(missing, monkeypatch):
    assert compat.has_netcdf()
    monkeypatch.setattr(compat, "find_spec", lambda name: name != missing or None)
    assert not compat.has_netcdf()
