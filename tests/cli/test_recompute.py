"""Everything computed again, in one process or two."""

from pathlib import Path

import pytest

from mdmameta.cli.recompute import recompute, some_analyses

DATA = Path(__file__).parents[2] / "data/raw"


@pytest.fixture(scope="module")
def shared():
    return recompute(DATA, workers=2)


def differences(one, other, where=""):
    """Places where two documents differ, with both values."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(other.keys() - one.keys())]:
            yield from differences(one.get(key), other.get(key), f"{where}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for i, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, f"{where}/{i}")
    elif one != other:
        yield where, one, other


def test_two_processes_compute_what_one_does(shared, results):
    ledger, document = shared
    assert list(differences(document, results.to_dict())) == []
    assert ledger.to_dict() == results.ledger.to_dict()


@pytest.mark.usefixtures("computed")
def test_the_second_process_computes_some_analyses_and_not_all(results):
    away = set(some_analyses(DATA))
    assert away < set(results.analyses)
    assert away == {name for name in results.analyses if name.startswith("dropout")}
