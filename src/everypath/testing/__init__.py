"""Checking derivatives: forward mode, reverse mode and differences of the function itself must agree."""

from .check import WrongDerivative, check_grads
from .differences import derivative

__all__ = ["WrongDerivative", "check_grads", "derivative"]
