"""One engine, many callers: jobs that people give, run beside each other, watch, stop and come back to."""
