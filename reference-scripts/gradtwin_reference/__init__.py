"""The reference that fills gradtwin's fixtures: PyTorch writes the expected numbers, Monte-Carlo arithmetic the tolerances."""
