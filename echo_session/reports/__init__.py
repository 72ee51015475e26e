"""Reports and certificates as files: CSV, Excel, JSON, PDF, and the picture of a session's attendance.

Pure drawing and writing: what is in them comes from the records by ``store.report_queries``.
"""
