"""Reads, shaped for a screen or a terminal: frozen values come out, and nothing is ever written.

Every function takes the unit of work of `engine.read()` first. Languages are "de" and "en".
"""
