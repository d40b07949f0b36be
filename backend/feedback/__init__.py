"""The answer owed: every contribution opens a promise that stays open until it is kept."""
