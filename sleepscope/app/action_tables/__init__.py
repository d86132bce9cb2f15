"""What a person can ask for, a table for each menu."""
