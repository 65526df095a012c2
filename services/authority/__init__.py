"""The deployment's own certificate authority: it signs what charge points ask for, and nothing else.

Its files import `cryptography` as they load, so they are imported only by processes that have an authority.
"""
