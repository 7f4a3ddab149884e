"""A guard rail as data: a sentence for the reader, with a stable code."""

from __future__ import annotations


class Caution(str):
    """A guard rail as data: a sentence for the reader, with a stable code.

    It is a string, so it prints, sorts and is stored as one.

    Examples
    --------
    >>> caution = Caution("few-df", "Fewer than 4 degrees of freedom.")
    >>> caution.code, str(caution)
    ('few-df', 'Fewer than 4 degrees of freedom.')
    """

    __slots__ = ("code",)
    code: str

    def __new__(cls, code: str, text: str) -> Caution:
        """Make the sentence and remember its code."""
        caution = super().__new__(cls, text)
        caution.code = code
        return caution

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return self.code, str(self)
