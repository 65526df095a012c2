"""The nouns: frozen dataclasses, errors, units, and the thin document layer. Imports no other room."""
