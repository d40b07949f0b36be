"""The ground every app stands on: actor, tenancy, events, due work, clean text, verifiable chance."""
