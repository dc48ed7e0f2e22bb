"""Shapes of registries: how an invented board answers, one module for each family of platforms."""
