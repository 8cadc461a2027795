"""What the benchmarks are made of; the scripts beside this folder put it together."""
