"""The reference mock: a server of its own that keeps the whole contract."""
