"""Accounts: registration, login, tokens, profile, passwords, tags, administration, deletion."""
