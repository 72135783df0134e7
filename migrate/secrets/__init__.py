"""What tells a secret, and source lines in which none is seen: for those that read scripts and those that run them."""
