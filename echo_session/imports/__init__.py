"""People from files: reading and judging outside of any unit of work, writing in short turns."""
