"""Reading people: who acts, whose support counts, and what is held."""
