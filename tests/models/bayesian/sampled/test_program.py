from __future__ import annotations

import numpy as np
import pytest

from mdmameta.models.bayesian.sampled import program


@pytest.fixture
def task(fits):
    return fits["regression"].model.task(fits["regression"].effects)


def test_both_samplers_have_the_same_density(task):
    model = program._of_values(task.program, task.data)
    wanted = model.compile_logp(mode="FAST_COMPILE")(model.initial_point())
    ours = program._compiled(task.program)
    data = [np.array(task.data[name]) for name in ours.data]
    assert float(ours.density(ours.start, *data)[0]) == pytest.approx(float(wanted))


def test_the_gradient_is_that_of_differences(task):
    ours = program._compiled(task.program)
    data = [np.array(task.data[name]) for name in ours.data]
    at = ours.start + 0.3
    step = 1e-5 * np.eye(at.size)
    ends = [[float(ours.density(x, *data)[0]) for x in (at + h, at - h)] for h in step]
    wanted = [(high - low) / 2e-5 for high, low in ends]
    np.testing.assert_allclose(ours.density(at, *data)[1], wanted, rtol=1e-6)


def test_draws_come_back_on_the_scale_of_their_priors(task):
    ours = program._compiled(task.program)
    points = np.array([[0.0, 1.0, 2.0], [-1.0, 0.5, -0.5]])
    tau, gamma = ours.back(points)
    np.testing.assert_allclose(tau, np.exp(points[:, 0]))
    np.testing.assert_allclose(gamma, points[:, 1:])
