"""The platform: everything that is not a panel."""
