"""Evidence to effects: y, V and the origin of each row."""
