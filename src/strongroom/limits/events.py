"""What limits put on record."""

ALARM = "abuse.alarm"
