from pathlib import Path

import numpy as np
import pytest

from mdmameta.effects.readers import read_effects_csv
from mdmameta.errors import EffectsError, OptionError
from mdmameta.models.frequentist import RandomEffects


def file_with(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "effects.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_effects_labels_and_moderators_come_from_their_columns(tmp_path: Path) -> None:
    path = file_with(tmp_path, "trial,g,v,dose,kind\nA,-0.5,0.1,10,x\nB,,0.2,20,\n")
    effects = read_effects_csv(path, yi="g", vi="v", study="trial", measure="SMD")
    assert list(effects.study) == ["A", "B"]
    assert np.isnan(effects.y[1])
    assert effects.moderators["dose"].tolist() == [10, 20]
    assert effects.moderators["kind"].tolist() == ["x", ""]


def test_a_missing_column_is_named_with_the_likely_one(tmp_path: Path) -> None:
    path = file_with(tmp_path, "yj,vi\n1,1\n")
    with pytest.raises(EffectsError, match=r"no column 'yi'.*Did you mean 'yj'"):
        read_effects_csv(path)


def test_text_where_a_number_belongs_is_named_with_row_and_column(
    tmp_path: Path,
) -> None:
    path = file_with(tmp_path, 'yi,vi\n1,1\n"0,5",1\n')
    with pytest.raises(EffectsError, match=r"row 3, column yi: found '0,5'"):
        read_effects_csv(path)


def test_a_file_that_is_not_there_or_empty_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EffectsError, match="cannot be read"):
        read_effects_csv(tmp_path / "none.csv")
    with pytest.raises(EffectsError, match="is empty"):
        read_effects_csv(file_with(tmp_path, ""))


def test_an_infinite_variance_and_missing_cells_are_kept(tmp_path: Path) -> None:
    path = file_with(tmp_path, "yi,vi\n1,inf\nNA,1\n")
    effects = read_effects_csv(path)
    assert np.isinf(effects.v[0])
    assert np.isnan(effects.y[1])


@pytest.mark.parametrize("variance", ["0", "-0.1"])
def test_a_variance_that_is_not_positive_is_named_with_row_and_column(
    tmp_path: Path, variance: str
) -> None:
    path = file_with(tmp_path, f"yi,vi\n1,1\n1,{variance}\n")
    with pytest.raises(EffectsError, match=rf"row 3, column vi: found {variance};"):
        read_effects_csv(path)


def test_a_file_without_rows_says_that_k_is_zero(tmp_path: Path) -> None:
    with pytest.raises(EffectsError, match=r"effects\.csv has .* no rows \(k = 0\)"):
        read_effects_csv(file_with(tmp_path, "yi,vi\n"))


def test_rows_longer_than_the_header_never_shift_the_columns(tmp_path: Path) -> None:
    with pytest.raises(EffectsError, match="more cells than the header"):
        read_effects_csv(file_with(tmp_path, "yi,vi\n1,2,3\n4,5,6\n"))


def test_a_cell_missing_at_the_end_of_a_row_is_a_missing_value(tmp_path: Path) -> None:
    effects = read_effects_csv(file_with(tmp_path, "yi,vi\n1,2\n4\n"))
    assert np.isnan(effects.v[1])


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EffectsError, match="two columns 'yi'"):
        read_effects_csv(file_with(tmp_path, "yi,yi,vi\n1,2,3\n"))


@pytest.mark.parametrize("text", ["yi;vi\n-0,5;0,1\n", "yi\tvi\n-0.5\t0.1\n"])
def test_spreadsheets_of_other_countries_are_read(tmp_path: Path, text: str) -> None:
    effects = read_effects_csv(file_with(tmp_path, text))
    assert (effects.y[0], effects.v[0]) == (-0.5, 0.1)


def test_text_among_decimal_commas_is_named_with_row_and_column(tmp_path: Path) -> None:
    with pytest.raises(EffectsError, match=r"row 3, column vi.*a decimal comma"):
        read_effects_csv(file_with(tmp_path, "yi;vi\n-0,5;0,1\n0,2;1,0,0\n"))


def test_another_encoding_is_named_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "effects.csv"
    path.write_bytes("yi,vi,who\n1,1,a\n1,1,é\n".encode("latin-1"))
    with pytest.raises(EffectsError, match=r"row 3 has .* not UTF-8 \(0xe9\)"):
        read_effects_csv(path)


def test_a_byte_order_mark_is_read_over(tmp_path: Path) -> None:
    path = tmp_path / "effects.csv"
    path.write_text("yi,vi\n1,1\n", encoding="utf-8-sig")
    assert read_effects_csv(path).k == 1


def test_standard_errors_are_squared_and_must_be_positive(tmp_path: Path) -> None:
    path = file_with(tmp_path, "yi,se\n0.5,0.2\n0.1,0.3\n")
    assert read_effects_csv(path, sei="se").v == pytest.approx([0.04, 0.09])
    path = file_with(tmp_path, "yi,se\n0.5,0.2\n0.1,-0.3\n")
    with pytest.raises(EffectsError, match="row 3, column se: found -0"):
        read_effects_csv(path, sei="se")


def test_a_direction_that_is_none_is_refused(tmp_path: Path) -> None:
    path = file_with(tmp_path, "yi,vi\n0.5,0.2\n")
    with pytest.raises(OptionError, match="direction='up'"):
        read_effects_csv(path, direction="up")


@pytest.mark.parametrize("column", ["study", "slab"])
def test_labels_are_found_by_the_usual_names_of_their_column(
    tmp_path: Path, column: str
) -> None:
    path = file_with(tmp_path, f"{column},yi,vi\nA,0.1,0.1\nA,0.2,0.1\nB,0.3,0.1\n")
    effects = read_effects_csv(path)
    assert list(effects.study) == ["A", "A", "B"]
    assert column not in effects.moderators
    assert "one study (A)" in " ".join(RandomEffects().fit(effects).warnings)


def test_a_column_that_is_named_comes_before_the_usual_ones(tmp_path: Path) -> None:
    path = file_with(tmp_path, "study,trial,yi,vi\nA,x,1,1\nB,y,1,1\n")
    effects = read_effects_csv(path, study="trial")
    assert list(effects.study) == ["x", "y"]
    assert effects.moderators["study"].tolist() == ["A", "B"]


def test_a_row_without_a_label_is_named_by_its_place_in_the_file(
    tmp_path: Path,
) -> None:
    path = file_with(tmp_path, "study,yi,vi\nA,1,1\n\n,1,1\n")
    with pytest.raises(EffectsError, match=r"row 4, column study: found no label"):
        read_effects_csv(path)


def test_rows_without_any_text_are_none_and_do_not_shift_the_places_of_others(
    tmp_path: Path,
) -> None:
    path = file_with(tmp_path, "\n\nyi,vi\n1,1\n\n,\n2,1\n , \n")
    assert read_effects_csv(path).y.tolist() == [1.0, 2.0]
    path = file_with(tmp_path, "\n\nyi,vi\n1,1\n\n,\nx,1\n")
    with pytest.raises(EffectsError, match=r"row 7, column yi: found 'x'"):
        read_effects_csv(path)
    path = file_with(tmp_path, "yi,vi\n,\n\n")
    with pytest.raises(EffectsError, match=r"no rows \(k = 0\)"):
        read_effects_csv(path)
