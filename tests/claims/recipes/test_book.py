import subprocess
import sys
from pathlib import Path

import pytest

from mdmameta.claims.recipes import RECIPES, Material, rows_by_id
from mdmameta.claims.recipes import printed as kernels
from mdmameta.errors import ClaimError
from mdmameta.records import load_evidence

DATA = Path(__file__).parents[3] / "data/raw"
EVIDENCE = load_evidence(DATA)
ROWS = rows_by_id(EVIDENCE)


def material(*names: str, **given: float) -> Material:
    rows = tuple(ROWS[name] for name in names)
    return Material(claim_id="mine", evidence=EVIDENCE, rows=rows, given=given)


def test_every_recipe_of_the_table_exists_and_every_recipe_is_used() -> None:
    named = set(EVIDENCE.claims["recipe"]) - {""}
    assert named == set(RECIPES)


def test_every_recipe_is_found_in_its_module_and_says_what_it_computes() -> None:
    for name, recipe in RECIPES.items():
        assert recipe.__name__ == name.replace("-", "_")
        assert recipe.__doc__


def test_statements_are_checked_without_loading_a_model() -> None:
    code = (
        "import sys; from mdmameta.claims import claim_faults; "
        "from mdmameta.records import load_evidence; "
        f"assert claim_faults(load_evidence({str(DATA)!r})) == []; "
        "print([m for m in sys.modules if m.startswith(('scipy', 'mdmameta.models'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_a_wald_test_agrees_with_the_table_of_the_normal() -> None:
    m = material(estimate_1=1.96, se_1=1.0)
    (attempt,) = kernels.wald_tests(m)
    assert attempt.numbers["p_1"] == pytest.approx(0.05, abs=1e-4)


def test_an_interval_and_its_test_agree() -> None:
    m = material(estimate=1.0, ci_low=0.0, ci_high=2.0)
    (attempt,) = kernels.interval_test(m)
    assert attempt.numbers["p"] == pytest.approx(0.05, rel=1e-9)


def test_the_medium_dose_counts_as_active_in_counts_by_role() -> None:
    m = material("arm-MP8-125", "arm-MP8-75", "arm-MP8-30")
    (attempt,) = RECIPES["people-by-role"](m)
    assert attempt.numbers == {"active": 19, "control": 7}


def test_a_recipe_with_the_wrong_number_of_rows_says_so() -> None:
    with pytest.raises(ClaimError, match=r"'mine': its recipe needs 2 rows .* names 1"):
        RECIPES["risk-ratio"](material("bin-MAPP1-MDMA-response-week-18"))


def test_a_recipe_without_its_given_number_says_so() -> None:
    with pytest.raises(
        ClaimError, match="'mine': its recipe needs the given number 'n'"
    ):
        RECIPES["given-share"](material(events=8.0))


def test_an_effect_that_fits_two_arms_by_dose_is_refused() -> None:
    (name,) = (r for r in ROWS if r == "inp-sypres-che-mithoefer-2018-1-75-mg-1-month")
    row = {**ROWS[name], "study_id": "MONSON2020", "label": "Monson @ Week 1"}
    pair = (ROWS["con-MP8-75-caps4-m1s2-endpoint"],) * 2
    m = Material(claim_id="mine", evidence=EVIDENCE, rows=(row, *pair))
    with pytest.raises(ClaimError, match="fits 0 arms"):
        RECIPES["correlated-effects-by-dose"](m)


def test_effects_without_scores_for_each_are_refused() -> None:
    m = material("inp-sypres-che-mitchell-2021-week-4")
    with pytest.raises(ClaimError, match="1 effects, 0 rows of scores"):
        RECIPES["correlated-effects"](m)
