"""Whether a page is computed again: never less often than something changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mdmameta.reporting import render_report
from mdmameta.reporting.embedded import basis, running
from mdmameta.reporting.embedded.basis import Basis
from mdmameta.reporting.embedded.memory import Memory
from mdmameta.reporting.embedded.page import Page, read_page

NOTHING = {"opened": [], "listed": [], "written": [], "elsewhere": []}
BODY = (
    "Words `{python} a`.\n\n```{python}\na = 1\n```\n\nMore `{python} b` `{python} c`."
)
RESULTS = (("1",), ({"output_type": "stream"},), ("2", "3"))


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep pages in a folder of the test."""
    monkeypatch.setenv("MDMAMETA_CACHE", str(tmp_path / "cache"))
    (tmp_path / "tables").mkdir()
    old(tmp_path / "tables" / "one.csv", "1")
    return tmp_path


def old(path: Path, text: str) -> Path:
    """Write a file that was there long before the rendering began."""
    path.write_text(text)
    os.utime(path, (1, 1))
    return path


def page(place: Path, body: str = BODY, top: str = "") -> Page:
    (place / "page.qmd").write_text(f"---\ntitle: T\n{top}---\n\n{body}\n")
    found, faults = read_page(place, "page.qmd")
    assert not faults
    blocks = [b for b in found.blocks if getattr(b, "lines", "x") != ("",)]
    return Page(found.name, found.meta, tuple(blocks), found.lines)


def memory(place: Path, setup: str = "", **variables: str) -> Memory:
    return Memory(Basis((place / "tables",), variables, setup))


def test_a_page_is_known_when_nothing_changed(place: Path) -> None:
    assert memory(place).known(page(place)) is None
    memory(place).keep(page(place), RESULTS, NOTHING)
    assert memory(place).known(page(place)) == RESULTS


def test_words_around_the_code_may_change(place: Path) -> None:
    memory(place).keep(page(place), RESULTS, NOTHING)
    new = BODY.replace("Words", "Other").replace(
        "`{python} c`", "\n\n```text\n```\n\n`{python} c`"
    )
    assert memory(place).known(page(place, new)) == (
        ("1",),
        ({"output_type": "stream"},),
        ("2",),
        (),
        ("3",),
    )


@pytest.mark.parametrize(
    "new",
    [
        BODY.replace("a = 1", "a = 2"),
        BODY.replace("} c", "} d"),
        BODY.replace("a = 1", "#| eval: false\na = 1"),
        BODY.replace("`{python} b` `{python} c`", "`{python} c` `{python} b`"),
    ],
)
def test_other_code_is_run(place: Path, new: str) -> None:
    memory(place).keep(page(place), RESULTS, NOTHING)
    assert memory(place).known(page(place, new)) is None


def test_another_table_or_setup_or_variable_computes_anew(place: Path) -> None:
    memory(place).keep(page(place), RESULTS, NOTHING)
    assert memory(place, MDMAMETA_OUTCOME="sleep").known(page(place)) is None
    assert memory(place, setup="matplotlib").known(page(place)) is None
    assert memory(place, OTHER="no part of it").known(page(place)) == RESULTS
    old(place / "tables" / "two.csv", "2")
    assert memory(place).known(page(place)) is None


def test_a_changed_digit_of_the_same_size_and_time_computes_anew(place: Path) -> None:
    memory(place).keep(page(place), RESULTS, NOTHING)
    old(place / "tables" / "one.csv", "2")
    assert memory(place).known(page(place)) is None


@pytest.mark.parametrize("what", ["python", "library", "code"])
def test_other_versions_or_other_code_compute_anew(
    place: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    memory(place).keep(page(place), RESULTS, NOTHING)
    if what == "python":
        monkeypatch.setattr(sys, "version", "3.99.0")
    elif what == "library":
        monkeypatch.setattr(basis, "distributions", lambda: [])
    else:
        monkeypatch.setattr(basis, "FORMAT", 99)
    assert memory(place).known(page(place)) is None


def test_a_file_that_a_cell_opened_is_looked_at_again(place: Path) -> None:
    read, gone = old(place / "read.csv", "1"), place / "gone.csv"
    reached = {**NOTHING, "opened": [str(read), str(gone)]}
    memory(place).keep(page(place), RESULTS, reached)
    assert memory(place).known(page(place)) == RESULTS
    gone.write_text("there now")
    assert memory(place).known(page(place)) is None
    gone.unlink()
    old(read, "2")
    assert memory(place).known(page(place)) is None


def test_a_folder_that_a_cell_listed_is_looked_at_again(place: Path) -> None:
    (place / "many").mkdir()
    os.utime(place / "many", (1, 1))
    memory(place).keep(
        page(place), RESULTS, {**NOTHING, "listed": [str(place / "many")]}
    )
    assert memory(place).known(page(place)) == RESULTS
    (place / "many" / "new").write_text("")
    assert memory(place).known(page(place)) is None


def test_a_compiled_module_stands_for_its_source(place: Path) -> None:
    old(place / "mine.py", "x = 1")
    compiled = place / "__pycache__" / f"mine.{sys.implementation.cache_tag}.pyc"
    memory(place).keep(page(place), RESULTS, {**NOTHING, "opened": [str(compiled)]})
    assert memory(place).known(page(place)) == RESULTS
    old(place / "mine.py", "x = 2")
    assert memory(place).known(page(place)) is None


@pytest.mark.parametrize(
    "reached",
    [
        {"elsewhere": ["subprocess.Popen"]},
        {"elsewhere": ["socket.connect"]},
        {"written": ["{}/tables/one.csv"]},
        {"opened": ["{}/fresh.csv"]},
    ],
)
def test_what_cannot_be_looked_up_again_is_not_kept(
    place: Path, reached: dict[str, list[str]]
) -> None:
    (place / "fresh.csv").write_text("changed while pages were computed")
    named = {
        key: [one.format(place) for one in paths] for key, paths in reached.items()
    }
    memory(place).keep(page(place), RESULTS, {**NOTHING, **named})
    assert memory(place).known(page(place)) is None


def test_tables_changed_during_a_rendering_keep_nothing(place: Path) -> None:
    mine = memory(place)
    assert mine.known(page(place)) is None
    (place / "tables" / "one.csv").write_text("2")
    mine.keep(page(place), RESULTS, NOTHING)
    assert not (place / "cache").exists()


@pytest.mark.parametrize(
    "code",
    [
        "datetime.date.today()",
        "time.time()",
        "np.random.default_rng()",
        "os.environ['HOME']",
        "subprocess.run(['ls'])",
        "pd.read_parquet('a')",
        "__import__('x').now()",
        "1\nfrom numpy.random import normal",
        "1\n%time a",
    ],
)
def test_code_that_may_give_something_else_each_time_is_not_kept(
    place: Path, code: str
) -> None:
    body = BODY.replace("a = 1", f"a = {code}")
    memory(place).keep(page(place, body), RESULTS, NOTHING)
    assert memory(place).known(page(place, body)) is None


def test_a_word_in_a_text_is_no_clock(place: Path) -> None:
    body = BODY.replace("a = 1", "a = 'random effects over time'")
    memory(place).keep(page(place, body), RESULTS, NOTHING)
    assert memory(place).known(page(place, body)) == RESULTS


def test_a_page_may_ask_not_to_be_kept(place: Path) -> None:
    top = "execute:\n  cache: false\n"
    memory(place).keep(page(place, top=top), RESULTS, NOTHING)
    assert memory(place).known(page(place, top=top)) is None


def test_a_second_rendering_starts_no_kernel_and_gives_the_same_site(
    project: Callable[..., Path], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = "#| label: fig-a\n#| fig-cap: A"
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    plot = f"```{{python}}\n{options}\n{code}\n```"
    root = project(index=f"{plot}\n\nIt is `{{python}} 1 + 1`.", second="`{python} 3`.")
    first = site(root)
    monkeypatch.setattr(running, "open_kernel", None)
    assert site(root) == first
    index = root / "index.qmd"
    index.write_text(index.read_text().replace("It is", "That is"))
    assert "That is 2." in site(root)["index.html"].decode()
    index.write_text(index.read_text().replace("1 + 1", "1 + 2"))
    with pytest.raises(TypeError):
        site(root)


def test_a_table_among_caches_is_looked_at_again(
    project: Callable[..., Path], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CACHES", place / "caches")
    (place / "caches").mkdir()
    table = old(place / "caches" / "table.csv", "1")
    cell = f"It is `{{python}} open({str(table)!r}).read()`."
    root = project(index=cell, second="Words.")
    assert "It is 1." in site(root)["index.html"].decode()
    old(table, "2")
    assert "It is 2." in site(root)["index.html"].decode()


def test_what_libraries_write_among_their_caches_keeps_no_page_out(
    place: Path,
) -> None:
    written = str(old(place / "index", "fonts"))
    whole = Memory(Basis((place / "tables",), {}, ""), passing=(place,))
    whole.keep(page(place), RESULTS, {**NOTHING, "written": [written]})
    assert memory(place).known(page(place)) == RESULTS


def site(root: Path) -> dict[str, bytes]:
    render_report(root, renderer="embedded")
    files = (path for path in (root / "_site").rglob("*") if path.is_file())
    return {
        path.relative_to(root / "_site").as_posix(): path.read_bytes() for path in files
    }
