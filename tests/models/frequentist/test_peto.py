"""Peto's model."""

from __future__ import annotations

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import MantelHaenszel, Peto

RARE = {"ai": [1, 2, 0], "n1i": [500, 600, 400], "ci": [2, 2, 1]}
RARE |= {"n2i": [500, 600, 400]}


def effects(measure: str = "OR") -> Effects:
    return Effects.from_arrays(
        y=np.zeros(3), v=np.ones(3), measure=measure, moderators=RARE
    )


def test_rare_events_in_equal_groups_agree_with_mantel_haenszel() -> None:
    ours = Peto().fit(effects()).estimate.value
    theirs = MantelHaenszel("OR").fit(effects()).estimate.value
    assert ours == pytest.approx(theirs, abs=0.05)


def test_weights_are_hypergeometric_variances() -> None:
    fit = Peto().fit(effects())
    assert fit.estimate.se == pytest.approx(
        1 / np.sqrt(3 / 4 + 4 / 4 + 1 / 4), rel=1e-2
    )
    assert fit.weights.argmax() == 1


def test_risk_ratios_are_refused() -> None:
    with pytest.raises(ModelError, match="'RR'"):
        Peto().fit(effects("RR"))


ZEROS = {"ai": [0, 3, 5, 0, 12], "n1i": [20, 25, 30, 15, 40]}
ZEROS |= {"ci": [4, 0, 9, 0, 20], "n2i": [22, 24, 31, 14, 38]}


def zeros() -> Effects:
    return Effects.from_arrays(y=np.zeros(5), v=np.ones(5), moderators=ZEROS)


@pytest.mark.parametrize(
    ("options", "value", "se", "q", "q_p"),
    [
        (
            {},
            -0.734796860873448,
            0.330405932340841,
            7.3519854603982,
            0.0614860631634268,
        ),
        (
            {"drop00": (False, False)},
            -0.734796860873448,
            0.330405932340841,
            7.3519854603982,
            0.118416022408036,
        ),
        (
            {"add": (0.5, 0.5), "to": ("only0", "only0"), "drop00": (True, True)},
            -0.700987033884798,
            0.322950088034241,
            6.07388974924759,
            0.108070147520754,
        ),
        (
            {"add": (0.25, 0.1), "to": ("all", "all"), "drop00": (False, False)},
            -0.719463978950924,
            0.326917764988477,
            7.04845426973459,
            0.133349687578192,
        ),
        (
            {"to": ("none", "none"), "drop00": (False, False)},
            -0.734796860873448,
            0.330405932340841,
            7.3519854603982,
            0.0614860631634268,
        ),
    ],
)
def test_constants_agree_with_rma_peto_of_metafor(options, value, se, q, q_p) -> None:
    # metafor 3.8-1; its code of 5.0 is the same here.
    fit = Peto(**options).fit(zeros())
    found = [fit.estimate.value, fit.estimate.se]
    found += [fit.heterogeneity.q, fit.heterogeneity.q_p]
    np.testing.assert_allclose(found, [value, se, q, q_p], rtol=1e-10)


def test_a_constant_counts_silent_trials_in_and_names_them() -> None:
    model = Peto(add=(0.5, 0.5), to=("only0", "only0"))
    assert repr(model) == "Peto(add=(0.5, 0.5), to=('only0', 'only0'))"
    fit = model.fit(zeros())
    (said,) = [c for c in fit.warnings if c.code == "zero-zero-counted"]
    assert ": 4." in said
    assert fit.k == 5


@pytest.mark.parametrize(
    "option", [{"add": (0.5, -1.0)}, {"to": "only0"}, {"drop00": (True, "no")}]
)
def test_options_that_are_not_allowed_are_refused(option) -> None:
    with pytest.raises(OptionError, match=next(iter(option))):
        Peto(**option)
