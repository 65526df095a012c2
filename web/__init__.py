"""The pages: the drivers' app and the managers' dashboard. Knows Flask, the API's gate and views; no rule."""
