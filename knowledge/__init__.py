"""What Attaché knows: documents, passages, questions and answers. Never talks to Slack, never reads the environment."""
