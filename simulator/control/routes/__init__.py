"""The routes, by what they are about. They translate; they decide nothing."""
