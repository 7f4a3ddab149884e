from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mdmameta import BayesianRandomEffects, Effects, load_fit, save_fit
from mdmameta.errors import MissingExtraError, ModelError
from mdmameta.models.bayesian import compat
from mdmameta.models.bayesian.sampled import identity


@pytest.fixture
def saved(fits, tmp_path):
    return save_fit(fits["normal"], tmp_path / "fit.nc")


def test_a_fit_comes_back_as_it_was_saved(fits, saved):
    fit = fits["normal"]
    again = load_fit(saved, fit.model, fit.effects)
    assert repr(again) == repr(fit)
    assert again.diagnostics == fit.diagnostics
    for name in ("mu", "tau", "theta"):
        both = (compat.values(each.posterior, name) for each in (again, fit))
        np.testing.assert_array_equal(*both)
    groups = again.posterior.groups
    has = groups() if callable(groups) else groups  # a property from ArviZ 1 on
    assert {g.strip("/") for g in has} >= {"posterior", "prior", "log_likelihood"}


def test_a_fit_of_other_data_is_refused(fits, saved):
    fit = fits["normal"]
    moved = fit.effects.with_y(fit.effects.y + 0.1)
    with pytest.raises(ModelError, match=r"something else: it differs in the data"):
        load_fit(saved, fit.model, moved)


def test_a_fit_of_another_seed_or_length_is_refused(fits, saved):
    fit = fits["normal"]
    for changed, said in (({"seed": 1}, "the seed"), ({"draws": 9}, "settings")):
        with pytest.raises(ModelError, match=said):
            load_fit(saved, replace(fit.model, **changed), fit.effects)


def test_a_fit_of_another_version_is_stale(fits, saved, monkeypatch):
    fit = fits["normal"]
    newer = {**identity.versions(), "numpy": "99"}
    monkeypatch.setattr(identity, "versions", lambda: newer)
    with pytest.raises(ModelError, match=r"stale: .* numpy .*\(here 99\)"):
        load_fit(saved, fit.model, fit.effects)
    kept = load_fit(saved, fit.model, fit.effects, stale="warn")
    assert kept.warnings[-1].code == "stale"


def test_other_files_are_refused(fits, tmp_path):
    fit, path = fits["normal"], tmp_path / "other.nc"
    path.write_text("no NetCDF")
    with pytest.raises(ModelError, match=r"other.nc cannot be read as NetCDF"):
        load_fit(path, fit.model, fit.effects)
    group = {"mu": (("chain", "draw"), np.zeros((1, 4)))}
    compat.write(compat.tree({"posterior": group}, {}, {}), path)
    with pytest.raises(ModelError, match=r"not written by save_fit.*'model'"):
        load_fit(path, fit.model, fit.effects)
    with pytest.raises(ModelError, match="no such file"):
        load_fit(tmp_path / "none.nc", fit.model, fit.effects)


def test_a_fit_without_draws_is_not_saved(tmp_path):
    effects = Effects.from_arrays([0.1, 0.2], [0.1, 0.1])
    with pytest.raises(ModelError, match="no draws to save"):
        save_fit(BayesianRandomEffects().fit(effects), tmp_path / "fit.nc")
    assert list(tmp_path.iterdir()) == []


def test_a_fit_of_other_code_is_stale(fits, saved, monkeypatch):
    fit, of = fits["normal"], identity.of
    monkeypatch.setattr(
        identity, "of", lambda *words: {**of(*words), "code": "another"}
    )
    with pytest.raises(ModelError, match="stale: it was sampled with other code of th"):
        load_fit(saved, fit.model, fit.effects)


def test_files_of_draws_need_a_library_that_is_named(fits, saved, monkeypatch):
    fit = fits["normal"]
    monkeypatch.setattr(compat, "has_netcdf", lambda: False)
    with pytest.raises(MissingExtraError, match=r"h5netcdf with h5py .*mdmameta\[bay"):
        load_fit(saved, fit.model, fit.effects)


def test_draws_are_taken_from_the_cache_when_they_are_there(
    fits, tmp_path, monkeypatch
):
    fit = fits["normal"]
    monkeypatch.setenv("MDMAMETA_CACHE", str(tmp_path))
    asked = replace(fit.model, draws=60, tune=60, chains=2, unsound="warn")
    first = asked.fit(fit.effects)

    def again(*words):
        raise AssertionError("sampled again")

    monkeypatch.setattr("mdmameta.models.bayesian.sampled.task.run", again)
    assert repr(asked.fit(fit.effects)) == repr(first)
    with pytest.raises(AssertionError, match="sampled again"):
        replace(asked, seed=99).fit(fit.effects)
