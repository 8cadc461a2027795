"""The commands: the only place that prints, draws progress or exits."""
