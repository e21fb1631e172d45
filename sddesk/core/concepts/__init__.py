"""Learned words and LoRA files of every origin, read without torch and without trusting them."""
