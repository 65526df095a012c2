"""Scheduling: who stands where in the queue, and why: the share each got of their need, kept places, what counts."""
