"""The conversation with a participant: wire messages, state machines, WebSocket shell."""
