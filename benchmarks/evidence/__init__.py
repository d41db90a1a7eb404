"""How often each evidence is right, on pictures whose truth the renderer knows: docs/evidence-accuracy.md."""
