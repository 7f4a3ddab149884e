"""Averages over models, against closed forms, dense sums and each other."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad, trapezoid
from scipy.stats import cauchy, halfnorm, multivariate_normal, norm

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.bayesian import Flat, HalfCauchy, HalfNormal, Normal
from mdmameta.models.bayesian.averaging import (
    InverseGammaSD,
    ModelSpace,
    Peese,
    Pet,
    PublicationWeights,
    model_average,
)
from mdmameta.models.bayesian.averaging import average as averaging
from mdmameta.models.bayesian.averaging.linear import fit_linear
from mdmameta.models.bayesian.averaging.selection import fit_selection
from mdmameta.models.bayesian.averaging.space import Candidate
from mdmameta.models.bayesian.exact import exact_posterior

Y = np.array([0.9, 0.5, 0.6, 0.1])
V = np.array([0.05, 0.06, 0.2, 0.02])
EFFECTS = Effects.from_arrays(y=Y, v=V)
PLAIN = ModelSpace(bias=())


def legendre(low: float, high: float, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    x, w = np.polynomial.legendre.leggauss(n)
    return low + (high - low) * (x + 1) / 2, w * (high - low) / 2


def test_without_bias_the_evidence_ratios_are_the_exact_engines_bayes_factors() -> None:
    average = model_average(EFFECTS, models=PLAIN)
    exact = exact_posterior(Y, V, Normal(0, 1), HalfNormal(0.5))
    logs = average.to_frame()["log_evidence"]
    assert logs[3] == pytest.approx(exact.log_marginal_likelihood, abs=1e-9)
    assert np.exp(logs[1] - logs[3]) == pytest.approx(exact.bayes_factor_mu())
    assert np.exp(logs[2] - logs[3]) == pytest.approx(exact.bayes_factor_tau())


def test_the_evidence_of_no_effect_and_no_spread_is_the_normal_density() -> None:
    nothing = model_average(EFFECTS, models=PLAIN).models[0]
    assert nothing.log_evidence == pytest.approx(norm(0, np.sqrt(V)).logpdf(Y).sum())


@pytest.mark.parametrize(("bias", "scale"), [(Pet(), 1), (Peese(), 5)])
def test_a_linear_bias_is_integrated_as_a_dense_sum_does(bias, scale) -> None:
    x = np.sqrt(V) ** bias.power

    wide = Candidate(Normal(0, 1), None, bias, 1.0)
    found = fit_linear(Y, V, None, wide, 1)
    b, w = legendre(0, 60, 500)
    like = [multivariate_normal(c * x, np.diag(V) + 1.0).pdf(Y) for c in b]
    mass = w * 2 * cauchy(0, scale).pdf(b) * like
    dense = mass.sum()
    assert found.log_evidence == pytest.approx(np.log(dense), abs=1e-6)
    assert found.b.mean == pytest.approx(b @ mass / dense, rel=1e-5)


def test_a_linear_bias_with_heterogeneity_agrees_with_three_dense_axes() -> None:
    (b, wb), (tau, wt), (mu, wm) = legendre(0, 30), legendre(0, 3, 60), legendre(-6, 5)
    sd = np.sqrt(V + tau[:, None, None] ** 2)
    centre = mu[:, None, None, None] + b[:, None, None] * np.sqrt(V)
    total = 0.0
    for i, of_tau in enumerate(wt * halfnorm(0, 0.5).pdf(tau)):
        z = (Y - centre[:, :, 0]) / sd[i]
        like = np.exp(-0.5 * (z**2).sum(-1)) / np.prod(sd[i] * np.sqrt(2 * np.pi))
        total += of_tau * (wm * norm.pdf(mu)) @ like @ (wb * 2 * cauchy.pdf(b))
    model = Candidate(Normal(0, 1), HalfNormal(0.5), Pet(), 1.0)
    found = fit_linear(Y, V, None, model, 1)
    assert found.log_evidence == pytest.approx(np.log(total), abs=1e-5)


def test_a_linear_bias_that_is_nearly_nothing_leaves_the_plain_model() -> None:
    model = Candidate(Normal(0, 1), HalfNormal(0.5), Pet(HalfCauchy(1e-9)), 1.0)
    with_bias = fit_linear(Y, V, None, model, 1)
    plain = fit_linear(Y, V, None, replace(model, bias=None), 1)
    assert with_bias.log_evidence == pytest.approx(plain.log_evidence, abs=1e-6)
    assert with_bias.mu.quantile(0.1) == pytest.approx(float(plain.mu.quantile(0.1)))


def test_independent_effects_given_as_a_matrix_change_nothing() -> None:
    model = Candidate(Normal(0, 1), None, Pet(), 1.0)
    by_v = fit_linear(Y, V, None, model, 1)
    by_matrix = fit_linear(Y, V, np.diag(V), model, 1)
    assert by_v.log_evidence == pytest.approx(by_matrix.log_evidence, abs=1e-9)


def test_a_weight_function_is_integrated_as_a_dense_integral_does() -> None:
    p, se = norm.sf(Y / np.sqrt(V)), np.sqrt(V)
    share = norm.sf(norm.isf(0.05) - 0.0 / se)

    def of_weight(w: float) -> float:
        seen = np.where(p < 0.05, 1.0, w)
        return float(np.prod(seen * norm(0, se).pdf(Y) / (share + w * (1 - share))))

    dense = quad(of_weight, 0, 1, epsabs=1e-13)[0]
    mean = quad(lambda w: w * of_weight(w), 0, 1, epsabs=1e-13)[0] / dense
    model = Candidate(None, None, PublicationWeights((0.05,)), 1.0)
    found = fit_selection(Y, V, None, model, 1)
    assert found.log_evidence == pytest.approx(np.log(dense), abs=1e-7)
    assert found.weights[0] == pytest.approx(mean, abs=1e-7)


def test_two_falling_weights_are_uniform_on_the_ordered_triangle() -> None:
    se = np.sqrt(V)
    cuts = norm.isf([0.025, 0.5])
    first = (Y / se) > cuts[0]
    last = (Y / se) < cuts[1]

    mid, w = legendre(0, 1)
    dense = 0.0
    for m, of_m in zip(mid, w, strict=True):
        low, of_low = legendre(0, m, 100)
        seen = np.where(first, 1.0, np.where(last, low[:, None], m))
        total = 0.025 + m * 0.475 + low[:, None] * 0.5
        dense += of_m * of_low @ (seen * norm.pdf(Y, 0, se) / total).prod(1) * 2
    model = Candidate(None, None, PublicationWeights((0.025, 0.5)), 1.0)
    found = fit_selection(Y, V, None, model, 1)
    assert found.log_evidence == pytest.approx(np.log(dense), abs=1e-6)


def test_selection_with_an_effect_agrees_with_quadrature_over_the_effect() -> None:
    se = np.sqrt(V)
    cut = norm.isf(0.05)
    p = norm.sf(Y / se)

    (w, of_w), (mu, of_mu) = legendre(0, 1), legendre(-3, 3, 300)
    mass = (of_mu * norm.pdf(mu))[:, None] * of_w
    for y, s, small in zip(Y, se, p < 0.05, strict=True):
        share = norm.sf(cut - mu / s)[:, None]
        mass = mass * (1 if small else w) / (share + w * (1 - share))
        mass = mass * norm.pdf(y, mu, s)[:, None]
    dense, mean = mass.sum(), (mu @ mass).sum() / mass.sum()
    model = Candidate(Normal(0, 1), None, PublicationWeights((0.05,)), 1.0)
    found = fit_selection(Y, V, None, model, 1)
    assert found.log_evidence == pytest.approx(np.log(dense), abs=1e-5)
    assert found.mu.mean == pytest.approx(mean, abs=1e-5)


def test_mirrored_effects_and_the_other_favoured_sign_mirror_the_average() -> None:
    space = ModelSpace(bias=((1, Pet()), (1, PublicationWeights((0.05,)))))
    up = model_average(EFFECTS, models=space, favoured="positive")
    down = model_average(EFFECTS.with_y(-Y), models=space, favoured="negative")
    assert np.allclose(up.probability, down.probability)
    assert np.allclose(up.mu.quantile([0.1, 0.9]), -down.mu.quantile([0.9, 0.1]))
    with_wrong = model_average(EFFECTS.with_y(-Y), models=space, favoured="positive")
    assert not np.allclose(up.probability, with_wrong.probability)


def test_quantiles_invert_the_distribution_and_stop_at_the_atom() -> None:
    mu = model_average(EFFECTS, favoured="positive").mu
    assert 0.02 < mu.atom < 0.9
    x = mu.quantile([0.001, 0.9])
    assert np.allclose(mu.cdf(x), [0.001, 0.9], atol=1e-9)
    below = float(mu.cdf(-1e-12))
    assert mu.quantile(below + mu.atom / 2) == 0
    assert mu.mode == 0
    assert mu.given_present.atom == 0


def test_prior_odds_multiply_the_posterior_odds() -> None:
    even = model_average(EFFECTS, models=PLAIN)
    odd = model_average(EFFECTS, models=PLAIN, prior_odds={"effect": 3.0})

    def odds(average) -> float:
        found = average.inclusion.set_index("component")["posterior"]["effect"]
        return float(found / (1 - found))

    assert odds(odd) / odds(even) == pytest.approx(3)
    bf = [a.inclusion["inclusion_bf"][0] for a in (even, odd)]
    assert bf[0] == pytest.approx(bf[1])


def test_inverse_gamma_integrates_to_one_and_its_quantiles_fit() -> None:
    prior = InverseGammaSD(1, 0.15)
    below = quad(lambda t: np.exp(prior.log_density(t)), 0, prior.quantile(0.7))[0]
    assert below == pytest.approx(0.7)


@pytest.mark.parametrize(
    "call",
    [
        lambda: model_average(EFFECTS),
        lambda: model_average(EFFECTS, models=PLAIN, prior_odds={"efect": 1}),
        lambda: PublicationWeights((0.5, 0.05)),
        lambda: ModelSpace(bias=((1, "PET"),)),
        lambda: model_average(EFFECTS, favoured="positive").mu.interval(
            0.9, "shortest"
        ),
    ],
)
def test_what_cannot_be_averaged_is_refused(call) -> None:
    with pytest.raises(OptionError):
        call()


def test_few_studies_are_said_to_tell_little_of_bias() -> None:
    codes = {c.code for c in model_average(EFFECTS, favoured="positive").warnings}
    assert "k < 10" in codes


SELECTED = ModelSpace(bias=((1, PublicationWeights((0.05,))),))


@pytest.mark.parametrize("space", [ModelSpace(), SELECTED], ids=["linear", "selected"])
def test_density_tails_and_spread_of_an_average_belong_together(space) -> None:
    mu = model_average(EFFECTS, models=space, favoured="positive").mu
    x = np.linspace(-4, 5, 2_001)
    density = mu.density(x)
    assert trapezoid(density, x) == pytest.approx(1 - mu.atom, abs=1e-4)
    second = trapezoid(density * x**2, x)
    assert mu.sd == pytest.approx(np.sqrt(second - mu.mean**2), abs=1e-3)
    at = np.array([-0.5, 0.3, 0.9])
    np.testing.assert_allclose(mu.sf(at), 1 - mu.cdf(at), atol=1e-9)
    assert float(mu.sf(-1e-9)) == pytest.approx(1 - float(mu.cdf(-1e-9)), abs=1e-7)
    assert mu.mode == 0


def test_the_summary_has_both_averages_with_what_is_zero() -> None:
    average = model_average(EFFECTS, models=PLAIN)
    table = average.summary(0.9).set_index("parameter")
    assert list(table.index) == ["mu", "tau"]
    low, high = average.mu.interval(0.9)
    assert table.loc["mu", ["ci_low", "ci_high"]].tolist() == [low, high]
    present = average.inclusion.set_index("component")["posterior"]
    without = 1 - present[["effect", "heterogeneity"]]
    np.testing.assert_allclose(table["prob_zero"], without)


def test_the_marginal_of_selected_effects_has_its_spread_and_its_mode() -> None:
    average = model_average(EFFECTS, models=SELECTED, favoured="positive")
    mu = next(m.mu for m in average.models[::-1] if m.mu is not None)
    x = np.linspace(-3, 4, 1_401)
    density = mu.density(x)
    assert trapezoid(density, x) == pytest.approx(1, abs=1e-3)
    assert mu.mean == pytest.approx(trapezoid(density * x, x), abs=2e-3)
    spread = trapezoid(density * (x - mu.mean) ** 2, x)
    assert mu.sd == pytest.approx(np.sqrt(spread), abs=2e-3)
    assert float(mu.density(mu.mode)) >= 0.98 * density.max()


def test_evidence_that_is_not_sure_is_flagged(monkeypatch) -> None:
    plain = model_average(EFFECTS, models=SELECTED, favoured="positive")
    assert "quadrature" not in {c.code for c in plain.warnings}
    worst = plain.to_frame()["error"].max()
    monkeypatch.setattr(averaging, "ACCEPTED_ERROR", worst / 2)
    doubtful = model_average(EFFECTS, models=SELECTED, favoured="positive")
    (said,) = (str(c) for c in doubtful.warnings if c.code == "quadrature")
    assert said == f"The log evidence of a model is off by {worst:.2g}."


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: PublicationWeights((0.05,), "both"), "sides='both'; allowed: 'one'"),
        (lambda: ModelSpace(effect=Flat()), r"effect=Flat\(\) is improper"),
        (lambda: ModelSpace(heterogeneity=Flat()), "heterogeneity=.* is improper"),
        (
            lambda: model_average(
                Effects.from_arrays(Y, V=np.diag(V) + 0.01),
                models=SELECTED,
                favoured="positive",
            ),
            "needs independent effects, and these are correlated",
        ),
    ],
)
def test_what_has_no_evidence_is_refused_with_the_reason(call, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        call()


def test_a_model_is_named_by_what_it_has() -> None:
    first, *_, last = (
        str(m.candidate) for m in model_average(EFFECTS, models=PLAIN).models
    )
    assert first == "nothing"
    assert last == f"effect={PLAIN.effect!r}, heterogeneity={PLAIN.heterogeneity!r}"


@pytest.mark.parametrize("space", [ModelSpace(), SELECTED], ids=["linear", "selected"])
@pytest.mark.parametrize("name", ["mu", "tau"])
def test_without_the_atom_an_average_has_a_mode_and_a_shortest_interval(
    space, name: str
) -> None:
    average = model_average(EFFECTS, models=space, favoured="positive")
    present = getattr(average, name).given_present
    low, high = present.interval(0.8, "shortest")
    assert present.prob(low, high) == pytest.approx(0.8)
    central = present.interval(0.8)
    assert high - low < central[1] - central[0]
    x = np.linspace(*present.interval(0.999), 2_001)
    highest = present.density(x).max()
    assert present.density(present.mode) >= 0.999 * highest
    assert low < present.mode < high
