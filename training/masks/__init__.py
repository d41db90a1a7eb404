"""Trains the small network that tells the product from its ground in photos: examples, network, training, export."""
