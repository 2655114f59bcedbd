"""Operations that SciPy has no name for, or whose name stands for a text. Only lowering knows these; they take numbers and arrays."""

from __future__ import annotations

from typing import Any


def gammainc(a: Any, x: Any) -> Any:
    """P(a, x), without a derivative by a."""
    raise NotImplementedError


def gammaincc(a: Any, x: Any) -> Any:
    """Q(a, x), without a derivative by a."""
    raise NotImplementedError


def gammaincinv(a: Any, y: Any) -> Any:
    """The x with P(a, x) = y, without a derivative by a."""
    raise NotImplementedError


def gammainccinv(a: Any, y: Any) -> Any:
    """The x with Q(a, x) = y, without a derivative by a."""
    raise NotImplementedError


def betainc(a: Any, b: Any, x: Any) -> Any:
    """I_x(a, b), without a derivative by a and b."""
    raise NotImplementedError


def betaincc(a: Any, b: Any, x: Any) -> Any:
    """1 - I_x(a, b), without a derivative by a and b."""
    raise NotImplementedError


def betaincinv(a: Any, b: Any, y: Any) -> Any:
    """The x with I_x(a, b) = y, without a derivative by a and b."""
    raise NotImplementedError


def betainccinv(a: Any, b: Any, y: Any) -> Any:
    """The x with 1 - I_x(a, b) = y, without a derivative by a and b."""
    raise NotImplementedError


def chdtr(v: Any, x: Any) -> Any:
    """The distribution function of χ², without a derivative by v."""
    raise NotImplementedError


def chdtrc(v: Any, x: Any) -> Any:
    """1 - chdtr, without a derivative by v."""
    raise NotImplementedError


def chdtri(v: Any, p: Any) -> Any:
    """The x with chdtrc(v, x) = p, without a derivative by v."""
    raise NotImplementedError


def gdtr(a: Any, b: Any, x: Any) -> Any:
    """P(b, a·x), without a derivative by b."""
    raise NotImplementedError


def gdtrc(a: Any, b: Any, x: Any) -> Any:
    """Q(b, a·x), without a derivative by b."""
    raise NotImplementedError


def fdtr(n: Any, d: Any, x: Any) -> Any:
    """The distribution function of F, without a derivative by n and d."""
    raise NotImplementedError


def fdtrc(n: Any, d: Any, x: Any) -> Any:
    """1 - fdtr, without a derivative by n and d."""
    raise NotImplementedError


def fdtri(n: Any, d: Any, p: Any) -> Any:
    """The x with fdtr(n, d, x) = p, without a derivative by n and d."""
    raise NotImplementedError


def stdtr(v: Any, t: Any) -> Any:
    """The distribution function of Student's t, without a derivative by v."""
    raise NotImplementedError


def stdtrit(v: Any, p: Any) -> Any:
    """The t with stdtr(v, t) = p, without a derivative by v."""
    raise NotImplementedError


def gamma_density(a: Any, x: Any) -> Any:
    """x^(a - 1)·exp(-x)/Γ(a)."""
    raise NotImplementedError


def beta_density(a: Any, b: Any, x: Any) -> Any:
    """x^(a - 1)·(1 - x)^(b - 1)/B(a, b)."""
    raise NotImplementedError


def student(v: Any, t: Any) -> Any:
    """The density of Student's t."""
    raise NotImplementedError


def digamma_between(a: Any, b: Any) -> Any:
    """ψ(a + b) - ψ(a)."""
    raise NotImplementedError
