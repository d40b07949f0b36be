"""Plans of residents, their votes, the monthly count, and the committee that must answer."""
