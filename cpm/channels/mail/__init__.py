"""The pieces of the mail reader; `cpm.channels.email` puts them together.

Everything here reads hostile bytes: it never raises except `Unreadable`, and its time grows with the
length of the message only. The standard library's parser is not used for the structure: it ends the header
at the first broken line, writes forwarded messages anew instead of slicing them, and gets only four mails
in ten of a large real corpus fully right.
"""
