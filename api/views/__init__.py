"""From nouns to replies: pure, so that what a caller may see of a site is decided in one place and tested alone."""
