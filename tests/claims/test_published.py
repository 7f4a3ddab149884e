import pandas as pd
import pytest

from mdmameta.claims import reproduce


def printed(**changes: object) -> pd.DataFrame:
    row = {
        "result_id": "set/model",
        "quantity": "value",
        "scale": "identity",
        "value": -0.71,
        "digits": 2,
    }
    return pd.DataFrame([row | changes])


RESULTS = {"set/model": {"value": -0.7149, "ci_low": None, "log_ratio": 0.3}}


def test_a_number_that_rounds_to_the_printed_one_is_reproduced() -> None:
    assert reproduce(printed(), RESULTS)["verdict"].item() == "reproduced"


def test_a_number_that_rounds_to_another_differs() -> None:
    table = reproduce(printed(value=-0.72), RESULTS)
    assert table["verdict"].item() == "differs"
    assert table["difference"].item() == pytest.approx(0.0051)


def test_both_roundings_of_a_half_count_as_reproduced() -> None:
    results = {"set/model": {"value": 0.125}}
    for value in (0.12, 0.13):
        assert reproduce(printed(value=value), results)["verdict"].item() == (
            "reproduced"
        )


def test_a_ratio_is_compared_after_taking_the_exponential() -> None:
    table = reproduce(
        printed(scale="exp", quantity="log_ratio", value=1.35, digits=2), RESULTS
    )
    assert table["computed"].item() == pytest.approx(1.349859, abs=1e-6)
    assert table["verdict"].item() == "reproduced"


@pytest.mark.parametrize(
    "change", [{"result_id": "set/other"}, {"quantity": "ci_low"}, {"quantity": "x"}]
)
def test_what_was_not_computed_is_said_to_be_so(change: dict[str, str]) -> None:
    assert reproduce(printed(**change), RESULTS)["verdict"].item() == "not computable"


def test_the_published_table_is_not_changed() -> None:
    table = printed()
    reproduce(table, RESULTS)
    assert list(table) == ["result_id", "quantity", "scale", "value", "digits"]
