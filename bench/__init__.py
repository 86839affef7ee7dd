"""Ratios against peers, measured on this machine in one run: ``python -m bench``.

Nothing here is asserted in a test: a timing is a figure, never a verdict on code.
Peers live in ``bench/.peers`` and never in the project's own environment.
"""
