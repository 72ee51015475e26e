"""The servers that can be measured, each behind the same few calls (``base.Server``)."""
