"""The page of vocabularies says what schema and tables say now."""

import vocabulary_page


def test_the_page_of_vocabularies_is_current():
    written = vocabulary_page.PAGE.read_text("utf-8")
    assert written == vocabulary_page.page(), "run: python tests/vocabulary_page.py"
