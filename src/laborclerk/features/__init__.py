"""One headless package per register or process; each imports only those to its left:
registry < census < coverage."""
