"""The one error a generator raises: its source does not say what the page must."""


class Unwritable(ValueError):
    """The page cannot be made; the message names the file, what it lacks, and the mend."""
