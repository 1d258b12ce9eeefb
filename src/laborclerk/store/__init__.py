"""The encrypted store: records with fields declared once, one unit of work, one journal."""
