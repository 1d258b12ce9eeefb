"""设置: rounds, clerks, look and words, backup, log."""
