"""The type of an array of numbers, by its one name."""

import numpy as np
from numpy.typing import NDArray

#: Real numbers in double precision, of any shape.
FloatArray = NDArray[np.float64]
