"""The words of a prompt in the window: their tokens, and where the network looked for them."""
