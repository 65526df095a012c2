"""What charge points say: one file an action, each a function from a call's payload to :class:`Received`."""
