"""A package with this file: mock-firestore brings a folder of this name, which would hide it otherwise."""
