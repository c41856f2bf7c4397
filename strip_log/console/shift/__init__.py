"""A shift: lines are typed one after the other, and each is done, written and said at once."""
