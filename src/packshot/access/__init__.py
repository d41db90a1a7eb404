"""Who may come in, for every face: tokens, wrong attempts, signatures, and how to reach a machine that is closed."""
