"""Which rules can judge a package of which only a part is here: the project's own files.

What their findings rest on is in the function's settings or in its own files, which win over all
others. Every other rule counts, weighs or looks for something that the rest may bring, and is not
asked.
"""

from __future__ import annotations

KNOWN_IN_PART = frozenset(
    {
        "LP302",  # the own files alone are too large
        *(f"LP{number}" for number in range(303, 317)),  # environment, handler, settings, runtime
        *(f"LP{number}" for number in range(320, 327)),
        "LP340",  # policies, as far as they are about those
        *(f"LP{number}" for number in range(341, 350)),  # CreateFunction and its environment
        *(f"LP{number}" for number in (*range(358, 364), 365, 366, 367)),  # files, secrets
        *(f"LP{number}" for number in range(375, 382)),  # triggers and load
        *(f"LP{number}" for number in range(421, 425)),  # the own runtime, where it is here
        "LP433",
    }
)
"""Codes of rules, and of what is reported of exceptions to them."""
