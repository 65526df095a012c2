"""What a person can set right."""


class Wrong(Exception):
    """The load test cannot run as it was asked for; the text is one line for a person."""
