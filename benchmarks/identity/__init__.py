"""How often the identity gate agrees with the renderer's truth, and where it closes on a ladder of strengths."""
