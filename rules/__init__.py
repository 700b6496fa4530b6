"""What decides: FEEL expressions and DMN decisions, read safely and evaluated without side effects.

Pure: no database, no network, no clock, and nothing of cpm.
"""
