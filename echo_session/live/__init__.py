"""Adapters: what signaling and the clock ask for, done with the records and the media node."""
