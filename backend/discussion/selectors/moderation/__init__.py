"""What moderators read: what waits, what was done, objections, interests; and the figures for everybody."""
