"""Everything computed again, in one process or two."""

from pathlib import Path

import pytest

from mdmameta.claims.comparison import compare_numbers
from mdmameta.cli.recompute import recompute, some_analyses

DATA = Path(__file__).parents[2] / "data/raw"


@pytest.fixture(scope="module")
def shared():
    """Both halves, of which the second process computes its own with one thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")
        return recompute(DATA, workers=2)


def test_two_processes_compute_what_one_does(shared, results):
    ledger, document = shared
    fresh = results.to_dict()
    assert document == fresh, sorted(compare_numbers(document, fresh))
    assert ledger.to_dict() == results.ledger.to_dict()


@pytest.mark.usefixtures("computed")
def test_the_second_process_computes_some_analyses_and_not_all(results):
    away = set(some_analyses(DATA))
    assert away < set(results.analyses)
    assert away == {name for name in results.analyses if name.startswith("dropout")}
