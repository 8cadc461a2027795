"""The steps of the pipeline: one verb, one file; they do not know each other."""
