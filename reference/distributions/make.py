#!/usr/bin/env python3
"""Writes log_prob.json: log-probabilities by torch.distributions in float64, and by mpmath where torch rounds.

    /usr/bin/python3 reference/distributions/make.py        (Debian: apt install python3-torch python3-mpmath)

The committed file was made with PyTorch 1.13.1 and mpmath 1.2.1.
"""
import json
import pathlib

import mpmath
import torch
from torch import distributions as td

mpmath.mp.dps = 60
torch.set_default_dtype(torch.float64)
rows = []


def row(name, parameters, x, log_prob):
    rows.append({
        "distribution": name,
        "parameters": [{"shape": list(p.shape), "values": p.flatten().tolist()} for p in parameters],
        "x": {"shape": list(x.shape), "values": x.to(torch.float64).flatten().tolist()},
        "logProb": log_prob.flatten().tolist(),
    })


def by_torch(name, make, parameters, x):
    parameters = [torch.tensor(p) for p in parameters]
    row(name, parameters, torch.tensor(x), make(*parameters).log_prob(torch.tensor(x)))


def by_mpmath(name, log_prob, parameters, x):
    """One-dimensional parameters and x of one length, one exact value each."""
    values = [float(log_prob(*(mpmath.mpf(v) for v in entry))) for entry in zip(*parameters, x)]
    row(name, [torch.tensor(p) for p in parameters], torch.tensor(x), torch.tensor(values))


def discretized_logistic(mu, s, x, levels=256):
    upper = 1 if x == levels - 1 else 1 / (1 + mpmath.exp(-(x + mpmath.mpf("0.5") - mu) / s))
    lower = 0 if x == 0 else 1 / (1 + mpmath.exp(-(x - mpmath.mpf("0.5") - mu) / s))
    return mpmath.log(upper - lower)


def continuous_bernoulli(logit, x):
    return x * logit - (mpmath.log(mpmath.expm1(logit) / logit) if logit else 0)


points = [-2.5, -0.3, 0.0, 0.7, 4.0]
locations, scales = [-1.0, 0.2, 0.0, 3.0, 3.5], [0.5, 1.0, 2.0, 0.1, 1.5]
unit = [0.001, 0.25, 0.5, 0.9, 0.999]
logits = [[-1.0, 0.5, 2.0], [0.0, 0.0, 0.0], [3.0, -4.0, 1.0]]
means = [[0.1, -0.2, 1.0], [2.0, 0.0, -1.0]]
deviations = [[0.5, 1.0, 2.0], [1.5, 0.3, 1.0]]
vectors = [[0.0, 0.0, 0.0], [1.0, -1.0, 0.5]]
factors = [[[1.0, 0.0, 0.0], [0.5, 0.8, 0.0], [-0.3, 0.2, 1.5]], [[0.7, 0.0, 0.0], [-0.1, 1.1, 0.0], [0.4, 0.9, 0.6]]]

by_torch("Normal", td.Normal, [locations, scales], points)
by_torch("DiagonalNormal", lambda m, s: td.Independent(td.Normal(m, s), 1), [means, deviations], vectors)
by_torch("MultivariateNormal", lambda m, f: td.MultivariateNormal(m, scale_tril=f), [means, factors], vectors)
by_torch("Bernoulli", lambda l: td.Bernoulli(logits=l), [[-30.0, -1.0, 0.0, 2.0, 30.0]], [0.0, 1.0, 1.0, 0.0, 1.0])
by_torch("ContinuousBernoulli", lambda l: td.ContinuousBernoulli(logits=l), [[-5.0, -1.0, 1.0, 2.0, 6.0]], unit)
by_torch("Categorical", lambda l: td.Categorical(logits=l), [logits], [0, 1, 2])
by_torch("OneHotCategorical", lambda l: td.OneHotCategorical(logits=l), [logits], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
by_torch("Uniform", td.Uniform, [[-3.0, -1.0, -0.5, 0.0, 3.0], [0.0, 1.0, 0.5, 1.0, 7.0]], points)
by_torch("Laplace", td.Laplace, [locations, scales], points)
by_torch("Gamma", td.Gamma, [[0.5, 1.0, 2.0, 7.5, 30.0], scales], [0.01, 0.3, 1.0, 4.0, 20.0])
by_torch("Beta", td.Beta, [[0.5, 1.0, 2.0, 7.5, 30.0], scales], unit)
by_torch("Mixture", lambda l, m, s: td.MixtureSameFamily(td.Categorical(logits=l), td.Normal(m, s)), [logits[:2], means, deviations], [0.3, -1.2])
by_torch("RelaxedBernoulli", lambda l: td.RelaxedBernoulli(torch.tensor(0.7), logits=l), [[-3.0, -1.0, 0.0, 1.0, 2.0]], unit)
by_torch("RelaxedOneHotCategorical", lambda l: td.RelaxedOneHotCategorical(torch.tensor(0.7), logits=l), [logits], [[0.2, 0.3, 0.5], [0.01, 0.01, 0.98], [0.6, 0.3, 0.1]])
by_mpmath("Logistic", lambda m, s, x: -(x - m) / s - mpmath.log(s) - 2 * mpmath.log1p(mpmath.exp(-(x - m) / s)), [locations, scales], points)
by_mpmath("ContinuousBernoulli", continuous_bernoulli, [[-0.201, -0.199, -1e-3, 1e-9, 0.0, 0.15]], [0.001, 0.25, 0.5, 0.9, 0.999, 1.0])
by_mpmath("DiscretizedLogistic", discretized_logistic, [[-20.0, 0.3, 127.0, 127.5, 255.0, 300.0], [3.0, 0.01, 50.0, 0.02, 1e3, 2.0]], [7.0, 0.0, 130.0, 127.0, 255.0, 100.0])

table = ",\n".join(json.dumps(r) for r in rows)
(pathlib.Path(__file__).parent / "log_prob.json").write_text(f"[\n{table}\n]\n")
