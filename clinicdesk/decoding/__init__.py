"""Decode files from elsewhere, in a process that may do little else.

Everything here runs in that process (but `wire`, which both ends speak, and names of `active`). It
is given no key, no name and no file: it asks for parts of the one document it draws, and answers
with pixels.
"""
