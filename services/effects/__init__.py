"""Effects: what a decision asks of the world, carried out after its commit, at least once, with one id each."""
