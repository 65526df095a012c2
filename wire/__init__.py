"""Messages between the back end and the bridge, and their codec. Imports no other room; both sides import it."""
