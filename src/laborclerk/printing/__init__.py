"""Abstract documents to PDF."""
