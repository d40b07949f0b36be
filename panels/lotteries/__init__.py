"""Draws from a register: who may be drawn, who is, who is asked, and who fills a seat that falls open."""
