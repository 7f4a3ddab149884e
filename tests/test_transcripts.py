"""The page of transcripts shows what the commands print now."""

import pytest

import transcripts_page as page
from mdmameta.reporting import results as module

TEXT = page.PAGE.read_text("utf-8")


@pytest.fixture
def computed(monkeypatch, results):
    """Let commands find the analyses computed."""
    monkeypatch.setattr(module, "load_results", lambda data: results)
    monkeypatch.setattr("mdmameta.cli.recompute.PROCESSES", 1)


@pytest.mark.usefixtures("computed")
@pytest.mark.parametrize(("words", "about"), page.COMMANDS)
def test_a_transcript_is_what_the_command_prints_now(words, about):
    section = page.section(words, about)
    assert section in TEXT, "run: python tests/transcripts_page.py"


def test_the_page_has_no_other_transcripts():
    shown = [line for line in TEXT.splitlines() if line.startswith("$ ")]
    assert shown == [f"$ mdmameta {words}" for words, _ in page.COMMANDS]
