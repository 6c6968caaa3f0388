"""How Attaché meets people: Slack, the command line and the desk in the terminal."""
