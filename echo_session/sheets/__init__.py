"""Tables in files: CSV and Excel workbooks, read and written row by row. Knows nothing of what they hold."""
