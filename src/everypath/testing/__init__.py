"""Checking derivatives: forward mode, reverse mode and differences of the function itself must agree."""

from everypath.differences import derivative

from .check import WrongDerivative, check_grads

__all__ = ["WrongDerivative", "check_grads", "derivative"]
