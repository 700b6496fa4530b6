"""Dates, times and durations: in Python's own types wherever those hold the value exactly.

Beyond the years 1 to 9999 and the microsecond FEEL's own types of `wide` take over, for the years up to
±999,999,999 and the nanosecond. A value has only one type, whatever it was made from; so whoever asks
for a type asks `kind_of`, and whoever makes a value calls `make`.

Zones are those of the IANA database, before and after Python's years as in the first and last of them. A
time that the clocks of a zone skip in spring stays as it is written, and counts as if they had not been
changed yet. One that they show twice in autumn is the first of the two; a value that was computed as the
second has a text with its offset in place of the zone.
"""
