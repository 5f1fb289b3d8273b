"""The reference that fills gradtwin's fixtures: PyTorch writes the expected numbers, Monte-Carlo arithmetic the tolerances."""

import warnings

# torch without numpy says so at every start; nothing here uses numpy.
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")
