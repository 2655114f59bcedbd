"""Partials far from the middle of their domain, and functions of `scipy.special`."""

import math

import numpy as np
from scipy import special
from scipy.special import xlogy

from programs.registry import at

from .registry import report


# 1/cosh²(20): 1 - tanh² is 0 after rounding.
@report(at(20.0, gradient=1.6993417021166355e-17))
def tanh_far_out(x):
    return math.tanh(x)


# 1/√((1 - x)(1 + x)): 1 - x² loses digits.
@report(at(1.0 - 1e-10, gradient=70710.67519510884))
def arcsin_near_1(x):
    return np.arcsin(x)


@report(at(1e200, gradient=1e-200))
def arcsinh_of_a_huge_number(x):
    return np.arcsinh(x)


@report(at(1e200, 2e200, gradient=(4e-201, -2e-201)), wrt=(0, 1))
def angle_of_a_huge_vector(y, x):
    return math.atan2(y, x)


@report(at(1.0, gradient=0.4151074974205947))
def error_function(x):
    return special.erf(x)


@report(at(2.5, gradient=0.7031566406452432))
def logarithm_of_gamma(x):
    return special.gammaln(x)


@report(at(0.3, gradient=0.24445831169074586))
def logistic_function(x):
    return special.expit(x)


# Linear in x, also at 0.
@report(at(0.0, 2.0, gradient=(math.log(2.0), 0.0)), wrt=(0, 1))
def x_log_y_at_0(x, y):
    return xlogy(x, y)
