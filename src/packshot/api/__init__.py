"""The HTTP face: OpenAI's images API and our own routes. Decides nothing; calls the service and the workflow."""
