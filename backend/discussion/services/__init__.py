"""What people do in discussions."""
