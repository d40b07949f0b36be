"""What moderators do, and what people do about it: reporting, rephrasing, objecting."""
