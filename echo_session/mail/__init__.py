"""Mail to people: what it says, how it looks, and how it gets to the server."""
