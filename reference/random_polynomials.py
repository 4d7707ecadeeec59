"""The polynomials of src/Latent.Torch/Random: minimax in relative error, by Remez exchange.

The coefficients are rounded one after the other, lowest power first; the rest is fitted anew each time.
Needs mpmath. Prints each polynomial's error before and after rounding, and its coefficients from the constant up.
"""
import struct

from mpmath import atanh, cos, log, log1p, lu_solve, matrix, mp, mpf, pi, sin, sqrt

mp.dps = 50


def remez(function, weight, degree, low, high, fixed):
    """Coefficients of p minimising max |weight (function - p)| on [low, high], the first ones given."""
    start, count = len(fixed), degree + 1 - len(fixed)
    rest = lambda x: function(x) - sum(c * x**i for i, c in enumerate(fixed))
    grid = [low + (high - low) * mpf(i) / 2000 for i in range(2001)]
    values = [(x, rest(x), weight(x)) for x in grid]
    nodes = [(low + high) / 2 - (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * (count + 1))) for i in range(count + 1)]
    for _ in range(12):
        a, b = matrix(count + 1, count + 1), matrix(count + 1, 1)
        for i, x in enumerate(nodes):
            for j in range(count):
                a[i, j] = x ** (start + j)
            a[i, count] = (-1) ** i / weight(x)
            b[i] = rest(x)
        solution = lu_solve(a, b)
        fitted = [solution[j] for j in range(count)]
        extrema = []
        for x, value, w in values:
            error = w * (value - x**start * sum(c * x**j for j, c in enumerate(fitted)))
            if not extrema or (error > 0) != (extrema[-1][0] > 0):
                extrema.append((error, x))
            elif abs(error) > abs(extrema[-1][0]):
                extrema[-1] = (error, x)
        while len(extrema) > count + 1:
            extrema.pop(0 if abs(extrema[0][0]) < abs(extrema[-1][0]) else -1)
        if len(extrema) < count + 1 or [x for _, x in extrema] == nodes:
            break
        nodes = [x for _, x in extrema]
    return fixed + fitted


def fit(name, function, weight, degree, low, high, single, first=()):
    rounded = lambda x: mpf(struct.unpack("f", struct.pack("f", float(x)))[0]) if single else mpf(float(x))

    def error(coefficients):
        grid = [low + (high - low) * mpf(i) / 1000 for i in range(1001)]
        return log(max(abs(weight(x) * (function(x) - sum(c * x**i for i, c in enumerate(coefficients)))) for x in grid), 2)

    fixed = [mpf(c) for c in first]
    ideal = remez(function, weight, degree, low, high, fixed)
    while len(fixed) <= degree:
        fixed.append(rounded(remez(function, weight, degree, low, high, fixed)[len(fixed)]))
    print(f"{name}: 2^{float(error(ideal)):.1f}, rounded 2^{float(error(fixed)):.1f}")
    for c in fixed:
        print("   ", f"{float(c):.9g}" if single else repr(float(c)))


# -ln(1 + f) = f (f Q(f) - 1), |f| <= 1/3; the weight makes it the relative error of the logarithm.
near_zero = lambda f: abs(f) < mpf(10) ** -8
fit("float logarithm, Q(f)",
    lambda f: mpf(1) / 2 - f / 3 if near_zero(f) else (f - log1p(f)) / f**2,
    lambda f: abs(f) + mpf(10) ** -9 if near_zero(f) else f**2 / abs(log1p(f)),
    8, -mpf(1) / 3, mpf(1) / 3, True, first=[0.5])

# 2 artanh s = 2 s + s z Q(z), z = s^2 <= 1/25.
fit("double logarithm, Q(z)",
    lambda z: mpf(2) / 3 if sqrt(z) < mpf(10) ** -8 else (2 * atanh(sqrt(z)) / sqrt(z) - 2) / z,
    lambda z: z / 2 + mpf(10) ** -9,
    7, mpf(0), mpf(1) / 25, False)

# sqrt(2) sin(pi t / 4) / t and sqrt(2) cos(pi t / 4) in z = t^2 <= 1.
sine = lambda z: sqrt(2) * (sin(pi / 4 * sqrt(z)) / sqrt(z) if z > mpf(10) ** -24 else pi / 4)
cosine = lambda z: sqrt(2) * cos(pi / 4 * sqrt(z))
for single, sine_degree, cosine_degree in ((True, 3, 3), (False, 6, 6)):
    kind = "float" if single else "double"
    fit(f"{kind} sine", sine, lambda z: 1 / sine(z), sine_degree, mpf(0), mpf(1), single)
    fit(f"{kind} cosine", cosine, lambda z: 1 / cosine(z), cosine_degree, mpf(0), mpf(1), single)
