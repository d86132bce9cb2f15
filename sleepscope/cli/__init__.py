"""The `sleepscope` command: the same core without a screen."""
