from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.bayesian import BayesianRandomEffects, HalfNormal, Normal
from mdmameta.sensitivity.joint_model import BiasPriors, JointBias

EFFECTS = Effects.from_arrays(y=[-0.9, -0.5, -0.7], v=[0.2, 0.1, 0.05])
BELIEFS = pd.DataFrame(
    {"u": [0.7, 0.5, 0.8], "u_var": [0.04, 0.04, 0.01], "basis": ["prior"] * 3}
)


def test_no_bias_is_the_plain_model():
    plain = BayesianRandomEffects().fit(EFFECTS).estimate
    found = JointBias(beliefs=BELIEFS, b=(0.0, 0.0)).fit(EFFECTS).estimate
    assert found.ci_low == pytest.approx(plain.ci_low, abs=1e-7)
    assert found.pi_high == pytest.approx(plain.pi_high, abs=1e-6)


def test_belief_that_is_all_caused_by_efficacy_is_no_bias():
    plain = BayesianRandomEffects().fit(EFFECTS).estimate
    model = JointBias(beliefs=BELIEFS, b=(-0.6, 0.1), removed=1.0)
    found = model.fit(EFFECTS).estimate
    assert (found.ci_low, found.ci_high) == pytest.approx(
        (plain.ci_low, plain.ci_high), abs=1e-6
    )


def test_rows_that_cannot_be_used_are_left_out_with_their_belief():
    more = Effects.from_arrays(
        y=[np.nan, *EFFECTS.y, -0.3], v=[0.1, *EFFECTS.v, np.inf]
    )
    around = pd.concat([BELIEFS[:1], BELIEFS, BELIEFS[:1]], ignore_index=True)
    model = JointBias(beliefs=BELIEFS, b=(-0.6, 0.1))
    wide = JointBias(beliefs=around, b=(-0.6, 0.1))
    assert wide.fit(more).estimate.value == pytest.approx(
        model.fit(EFFECTS).estimate.value, rel=1e-10
    )


def test_assumed_beliefs_off_together_leave_more_doubt():
    apart = JointBias(beliefs=BELIEFS, b=(-0.6, 0.1)).fit(EFFECTS).estimate
    together = JointBias(beliefs=BELIEFS, b=(-0.6, 0.1), correlation=1.0).fit(EFFECTS)
    assert together.estimate.se > apart.se


def test_counted_beliefs_are_never_off_together():
    counted = BELIEFS.assign(basis="counts")
    one, two = (
        JointBias(beliefs=counted, b=(-0.6, 0.1), correlation=r).fit(EFFECTS).estimate
        for r in (0.0, 1.0)
    )
    assert one.se == pytest.approx(two.se, rel=1e-9)


def test_its_repr_names_what_is_assumed():
    model = JointBias(beliefs=BELIEFS, b=(-0.6, 0.1), removed=0.5)
    assert repr(model).startswith("JointBias(b=Normal(-0.6, 0.1), removed=0.5, mu=")


@pytest.mark.parametrize("name", ["removed", "correlation"])
def test_a_share_beyond_one_is_refused(name):
    with pytest.raises(SensitivityError, match=f"{name} is 1.5"):
        JointBias(beliefs=BELIEFS, b=(0, 1), **{name: 1.5})


def test_its_default_priors_are_refused_in_points_of_a_scale():
    points = Effects.from_arrays(y=[-9.0, -5.0, -7.0], v=[20, 10, 5], measure="MD")
    model = JointBias(beliefs=BELIEFS, b=(-6, 1))
    with pytest.raises(
        SensitivityError, match=r"are MD.*Give mu= and tau= in the unit"
    ):
        model.fit(points)
    own = replace(model, mu=Normal(0, 10), tau=HalfNormal(5))
    assert own.fit(points).estimate.value < 0


@pytest.mark.parametrize("weak", [(0.0, 0.0), (0.0, np.inf)])
def test_a_weak_prior_without_a_width_is_refused(weak):
    with pytest.raises(SensitivityError, match="weak is"):
        BiasPriors(weak=weak)


def test_beliefs_of_other_effects_are_refused():
    with pytest.raises(SensitivityError, match="beliefs has 2 rows and effects 3"):
        JointBias(beliefs=BELIEFS[:2], b=(0, 1)).fit(EFFECTS)
