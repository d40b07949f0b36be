"""Translating requests and answers about places."""
