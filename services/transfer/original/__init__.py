"""The original service's documents, as it kept them in Firestore, made ours."""
