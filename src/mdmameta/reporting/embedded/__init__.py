"""A renderer of our Quarto pages to HTML that needs only Python packages."""
