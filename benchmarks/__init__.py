"""What README's speed table is made with: `make bench` or `python -m benchmarks`."""
