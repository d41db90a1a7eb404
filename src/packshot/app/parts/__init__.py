"""What pages share, one idea a file."""
