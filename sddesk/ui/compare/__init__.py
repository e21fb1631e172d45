"""Pictures side by side, over each other, one after the other, and what tells them apart."""
