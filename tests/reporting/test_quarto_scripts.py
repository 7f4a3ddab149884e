"""Scripts of Quarto's pages, as Quarto 1.6 to 1.10 write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.reporting.quarto_scripts import (
    make_plain,
    modules_of,
    with_plain,
    without_loaders,
)

#: Lines of the head of a page with a cell that gives HTML.
HEAD = """\
<script src="site_libs/clipboard/clipboard.min.js"></script>
<script src="site_libs/quarto-html/quarto.js" type="module"></script>
<script src="https://cdn.jsdelivr.net/npm/requirejs@2.3.6/require.min.js" \
integrity="sha384-c9c" crossorigin="anonymous"></script>
<script src="https://cdn.jsdelivr.net/npm/jquery@3.5.1/dist/jquery.min.js" \
integrity="sha384-Zvp" crossorigin="anonymous" data-relocate-top="true"></script>
<script type="application/javascript">define('jquery', [],function() \
{return window.jQuery;})</script>
"""

#: Where Quarto 1.6 and 1.7 take the same scripts from.
OLDER = {
    "jsdelivr.net/npm/requirejs@2.3.6": "cdnjs.org/ajax/libs/require.js/2.3.6",
    "jsdelivr.net/npm/jquery@3.5.1/dist": "cdnjs.org/ajax/libs/jquery/3.5.1",
}


def older(head: str) -> str:
    for new, old in OLDER.items():
        assert new in head
        head = head.replace(new, old)
    return head


@pytest.mark.parametrize("head", [HEAD, older(HEAD)], ids=["1.8", "1.6"])
def test_scripts_for_widgets_are_not_loaded_from_a_server(head: str) -> None:
    kept = without_loaders(head)
    assert "https:" not in kept
    assert "define(" not in kept
    assert kept.count("<script") == 2


def test_a_module_with_its_imports_becomes_one_script(tmp_path: Path) -> None:
    (tmp_path / "tabs").mkdir()
    (tmp_path / "tabs/tabs.js").write_text("export function init() {\n  go();\n}\n")
    module = tmp_path / "quarto.js"
    module.write_text('import * as tabs from "./tabs/tabs.js";\n\ntabs.init();\n')
    assert make_plain(module)
    made = module.read_text()
    assert "import" not in made
    assert "export" not in made
    assert "return { init };\n})();\n" in made
    assert made.index("const tabs = ") < made.index("tabs.init();")


def test_a_module_with_other_imports_stays_one(tmp_path: Path) -> None:
    module = tmp_path / "a.js"
    module.write_text('import { b } from "https://example.org/b.js";\n')
    assert not make_plain(module)
    assert module.read_text().startswith("import")
    assert not make_plain(tmp_path / "gone.js")


def test_only_what_became_plain_is_linked_as_such() -> None:
    (name,) = modules_of(HEAD)
    assert with_plain(HEAD, set()) == HEAD
    assert '<script src="site_libs/quarto-html/quarto.js" defer>' in with_plain(
        HEAD, {name}
    )
