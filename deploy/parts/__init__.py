"""Deployment: the parts of the plan, one file each: what is in the list becomes steps."""
