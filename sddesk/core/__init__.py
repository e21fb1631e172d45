"""Values and rules of SD Desk: no Qt, no torch, runs anywhere."""
