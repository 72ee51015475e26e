"""Sessions as calendars know them: iCalendar (RFC 5545) and its messages (RFC 5546). Pure, no I/O."""
