"""Facts and formats without a database or a window: field types, code lists, ID numbers, names,
pinyin, divisions."""
