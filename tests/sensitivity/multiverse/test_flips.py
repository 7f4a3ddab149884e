from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.multiverse import multiverse, run
from mdmameta.sensitivity.multiverse.flips import Counts, flips_of
from mdmameta.sensitivity.multiverse.joint import joint_test


def effects_of(y):
    return Effects.from_arrays(y=y, v=[0.05, 0.1, 0.07, 0.2][: len(y)])


def by_hand(y):
    """Both tests with each pattern of signs as a multiverse of its own."""
    medians, shares = [], []
    for signs in product([1, -1], repeat=len(y)):
        rows = multiverse(None, {"a": effects_of(np.array(y) * signs)}).to_frame()
        rows = rows[rows["prior"] == "none"]
        medians.append(abs(rows["value"].median()))
        sides = (rows["ci_low"] > 0).mean(), (rows["ci_high"] < 0).mean()
        shares.append(max(sides))
    medians, shares = np.array(medians), np.array(shares)
    return (medians >= medians[0] - 1e-9).mean(), (shares >= shares[0]).mean()


def test_the_joint_tests_are_those_of_whole_multiverses_of_flipped_trials():
    y = [-0.9, -0.4, 0.1]
    joint = multiverse(None, {"a": effects_of(y)}).joint
    assert (joint.median_p, joint.share_p) == pytest.approx(by_hand(y))
    assert joint.flips == 8


def test_p_cannot_fall_below_two_in_all_patterns():
    joint = multiverse(None, {"a": effects_of([-2.0, -2.1, -1.9, -2.0])}).joint
    assert joint.smallest_p == 2 / 2**4
    assert joint.median_p == joint.smallest_p
    assert "neither can be below 0.125" in str(joint)


def test_without_any_effect_every_pattern_is_as_far_from_zero():
    joint = multiverse(None, {"a": effects_of([0.0, 0.0, 0.0])}).joint
    assert joint.median_p == 1.0
    assert joint.share == 0.0


def test_the_median_is_known_to_a_four_thousandth_of_the_largest_effect(sets):
    result = multiverse(None, sets)
    rows = result.to_frame()
    rows = rows[rows["prior"] == "none"]
    reach = max(np.abs(effects.y).max() for effects in sets.values())
    error = abs(result.joint.median - rows["value"].median())
    assert error <= reach / 4096
    assert result.joint.specifications == len(rows)


def test_many_trials_are_flipped_at_random_by_seed():
    y = np.random.default_rng(1).normal(-0.4, 0.3, 12)
    sets = {"a": Effects.from_arrays(y=y, v=[0.1] * 12)}
    with pytest.raises(SensitivityError, match=r"12 trials.*give seed="):
        multiverse(None, sets)
    first, again = (multiverse(None, sets, seed=5).joint for _ in range(2))
    assert first == again
    assert (first.seed, first.every, first.smallest_p) == (5, False, 1 / 200)
    assert first != multiverse(None, sets, seed=6).joint


def test_the_joint_test_does_not_depend_on_how_rows_are_divided(sets, monkeypatch):
    whole = multiverse(None, sets).joint
    monkeypatch.setattr(run, "CHUNK", 1)
    assert multiverse(None, sets).joint == whole


def test_without_a_specification_to_flip_there_is_no_joint_test(sets, universe):
    flips = flips_of(universe, None)
    assert joint_test(Counts.none(flips), flips, None) is None
    result = multiverse(None, sets)
    assert "Flipping the signs" in result.summary()
    without = replace(result, joint=None)
    assert "Flipping the signs" not in without.summary()
    assert without.to_dict()["joint"] is None
