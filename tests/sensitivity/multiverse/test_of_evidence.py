"""The default choices on PTSD: a few rows by hand, and that all of them hold."""

import numpy as np
import pytest

from mdmameta.effects import ptsd_effects
from mdmameta.effects.ptsd_choices import BIASES, INCOMPATIBLE, SCORES, SIZES
from mdmameta.models.frequentist import RandomEffects
from mdmameta.records import Evidence
from mdmameta.schema import TABLES
from mdmameta.sensitivity.bias_adjusted import adjusted
from mdmameta.sensitivity.guesses import DEFAULT_MISSING_U
from mdmameta.sensitivity.multiverse.enumeration import chunks, count, full_codes
from mdmameta.sensitivity.multiverse.evaluation import evaluate
from mdmameta.sensitivity.multiverse.of_evidence import PtsdSets, of_evidence
from mdmameta.sensitivity.multiverse.run import universe_of


@pytest.fixture(scope="module")
def evidence(results):
    return results.evidence


@pytest.fixture(scope="module")
def universe(evidence):
    return of_evidence(evidence)


@pytest.fixture(scope="module")
def rows(universe):
    return np.concatenate(list(chunks(universe, 4096)))


@pytest.fixture
def row_of(universe, rows):
    """Return a function: the result of the main analysis with other options."""

    def found(**options):
        picked = {**universe.graph.main, **options}
        wanted = [universe.graph.code(n, picked[n]) for n in universe.graph.place]
        at = (full_codes(universe, rows) == wanted).all(axis=1)
        assert at.sum() == 1
        return evaluate(universe, rows[at])

    return found


def same(block, fit):
    assert block.k[0] == fit.k
    found = [block.value[0], block.ci_low[0], block.ci_high[0]]
    e = fit.estimate
    np.testing.assert_allclose(found, [e.value, e.ci_low, e.ci_high], rtol=1e-10)


def test_there_are_some_twenty_thousand_specifications(universe):
    assert 15_000 < count(universe) < 30_000


def test_the_main_row_is_the_first_and_equals_the_main_fit(row_of, evidence):
    main = row_of()
    assert main.spec_id[0] == 0
    same(main, RandomEffects().fit(ptsd_effects(evidence)))


@pytest.mark.parametrize(
    ("options", "keywords"),
    [
        ({"contrast": "arms pooled"}, {"arms": "pooled-active"}),
        ({"contrast": "medium dose"}, {"arms": "medium-dose"}),
        (
            {"variance": "of d, approximate J"},
            {"vtype": "uncorrected-d", "correction": "approximate"},
        ),
        ({"instrument": "CAPS-IV"}, {"instrument": "CAPS-IV"}),
    ],
)
def test_an_option_is_the_keyword_of_the_contrast_set(
    row_of, evidence, options, keywords
):
    same(row_of(**options), RandomEffects().fit(ptsd_effects(evidence, **keywords)))


def test_a_retracted_source_enters_under_its_own_option_alone(row_of, evidence):
    change = {"stat": "change", "r": "0.5"}
    effects = ptsd_effects(evidence, stat="change", r=0.5)
    sound = np.array([p.source_status != "retracted" for p in effects.provenance])
    assert not sound.all()
    same(row_of(**change), RandomEffects().fit(effects.take(sound)))
    with_it = row_of(**change, trials="with retracted sources")
    same(with_it, RandomEffects().fit(effects))


def test_bias_is_subtracted_as_the_analysis_of_blinding_does(row_of, evidence):
    effects = ptsd_effects(evidence)
    u = [DEFAULT_MISSING_U[kind] for kind in effects.frame["control_type"]]
    priors = evidence.bias_priors.set_index("prior_id")
    beliefs = effects.frame[[]].assign(
        u=[mean for mean, _ in u], u_var=[sd**2 for _, sd in u]
    )
    moved = adjusted(effects, beliefs, priors.loc["assessor", "estimate"])
    same(row_of(bias="assessor"), RandomEffects().fit(moved))


def test_the_missing_move_the_contrast_the_way_that_is_worse(row_of):
    against = row_of(missing="active worse, control better").value[0]
    assert against > row_of().value[0]


def test_trials_missing_outcomes_and_bias_are_altered_one_at_a_time(universe, rows):
    altering = rows[:, 1:4] > 0
    assert altering.sum(axis=1).max() == 1


def test_every_option_is_in_some_specification(universe, rows):
    codes = full_codes(universe, rows)
    for i, choice in enumerate(universe.graph.choices):
        assert set(codes[:, i]) == set(range(len(choice.options))), choice.name


def test_every_option_has_a_defence_that_is_a_sentence():
    ways = [
        w for table in (SCORES, SIZES) for _, o in table.values() for w in o.values()
    ]
    sentences = [way.defence for way in ways] + list(BIASES.values())
    sentences += [reason for reason, _ in INCOMPATIBLE.values()]
    assert all(text[0].isupper() and text.endswith(".") for text in sentences)


def test_evidence_alone_means_its_own_choices(universe, evidence):
    found = universe_of(evidence, None)
    assert found.digest(seed=None) == universe.digest(seed=None)


def test_times_that_nobody_named_and_scores_that_no_trial_has_make_no_set(
    universe, evidence
):
    frames = {name: evidence.to_frame(name) for name in TABLES}
    frames["timepoints"]["alternative"] = ""
    bare = Evidence.from_frames(frames, path=evidence.path, digest="changed")
    main, there, without = universe.graph.main, PtsdSets(evidence), PtsdSets(bare)
    (time,) = (n for n in SCORES if any("alternative" in k for _, k in _ways(n)))
    for name, keywords in _ways(time):
        picked = {**main, time: name}
        assert there(picked) is not None, name
        assert (without(picked) is None) is ("alternative" in keywords), name
    frames["continuous"] = frames["continuous"].query("instrument == 'PCL-5'")
    none = Evidence.from_frames(frames, path=evidence.path, digest="none")
    assert PtsdSets(none)(main) is None


def _ways(choice):
    """Options of a choice of scores, with the keywords they stand for."""
    return [(name, way.keywords) for name, way in SCORES[choice][1].items()]
