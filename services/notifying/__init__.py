"""Notifying: which messages there are, in which words, to whom, on which channels, and whether they were seen."""
