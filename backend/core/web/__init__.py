"""Translating requests and answers: what every page and API call shares."""
