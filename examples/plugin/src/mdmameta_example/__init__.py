"""An example of a package that extends mdmameta: one file an extension."""
