"""What holds the house: its plan, its lints, its set-up. Never shipped."""
