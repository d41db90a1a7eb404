"""What the queue carries: requests at a stated rate, the fake engine behind it, real PostgreSQL and S3."""
