"""People, how they sign in, what proves where they live, and which roles they hold."""
