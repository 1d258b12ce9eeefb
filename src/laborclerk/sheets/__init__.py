"""Spreadsheets in and out: knows cells and declared fields, no register.

reader (file → rows) → layout (where header and data are) → mapping (which column is which field);
writer (rows → file) and rejects (what was refused, to be corrected and imported again).
"""
