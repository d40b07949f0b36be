"""Arguments for and against, replies, and moderation with reasons. It never knows its subject."""
