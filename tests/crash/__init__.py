"""Killed workers and crowds of writers: what the protocol promises, tried on real processes and both databases."""
