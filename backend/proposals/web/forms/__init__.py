"""Forms about plans, and forms of the desk."""
