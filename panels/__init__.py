"""Groups of people who were drawn by lot or recruited. Apps come here, above `backend`, as they are built."""
