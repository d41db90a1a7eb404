"""How fast the engine is: `python -m benchmarks.engine` (docs/benchmarks.md)."""
