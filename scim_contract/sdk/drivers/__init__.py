"""The drivers: one small program a language, each on its own; nothing here is imported by the package."""
