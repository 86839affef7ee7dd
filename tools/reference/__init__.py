"""The reference pages, written from the code that they describe.

``python -m tools.reference`` writes ``docs/reference``; a test compares, so that no
page says what the code has stopped saying.
"""
