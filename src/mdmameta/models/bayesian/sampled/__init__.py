"""Sampled models: one way to build, draw, check, keep and restore them."""
