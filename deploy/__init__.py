"""Deployment to Google Cloud: one list of what there is (`things.py`), rendered to `gcloud` commands.

Standard library only, so that it also runs where nothing is installed, as in a build step.
"""
