"""Messages to people: what is owed to whom by which channel, sent at most once and never lost."""
