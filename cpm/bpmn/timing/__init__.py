"""Dates, durations, cycles and cron as due times. The present moment is handed in; no clock is read."""
