"""One stage for every sink: what is secret, or a person's, does not leave as text.

Logs, metrics, traces and whatever else tells of a request pass through it. Pure
functions over text: no settings, no I/O, no knowledge of any domain.
"""

from .addresses import network_of
from .known import MASK, without
from .samples import Sample, innocent_samples, samples
from .stage import REDACTED, Redaction, redaction


__all__ = [
    "MASK",
    "REDACTED",
    "Redaction",
    "Sample",
    "innocent_samples",
    "network_of",
    "redaction",
    "samples",
    "without",
]
