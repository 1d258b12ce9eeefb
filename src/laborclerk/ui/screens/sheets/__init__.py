"""导入导出: spreadsheets come in over a mapping and a trial run, and go out by place."""
