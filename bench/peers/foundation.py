"""The rows of `bench/run foundation` in plain PyTorch."""
import torch
from torch import nn

from training import batches, steps, with_either_adam
from vae import Vae
from workload import Workload

MILLION = 1_000_000


def add():
    a, b = torch.zeros(1), torch.ones(1)

    def call():
        for _ in range(1000):
            a + b
    return Workload(call, calls=1000)


def chain():
    x = torch.zeros(1, requires_grad=True)

    def call():
        y = x
        for _ in range(100):
            y = y * 1.0001
        x.grad = None
        y.backward()
    return Workload(call)


def normal():
    values = torch.empty(MILLION)
    return Workload(lambda: torch.randn(MILLION, out=values))


def bernoulli():
    probabilities = torch.randint(256, (MILLION,), dtype=torch.uint8) / 255
    values = torch.empty(MILLION)
    return Workload(lambda: torch.bernoulli(probabilities, out=values))


def adam(count, shape):
    def make(foreach):
        parameters = [torch.randn(shape, requires_grad=True) for _ in range(count)]
        for parameter in parameters:
            parameter.grad = torch.randn_like(parameter)
        return torch.optim.Adam(parameters, lr=1e-3, foreach=foreach).step
    return with_either_adam(make)


def mlp():
    network = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 400), nn.ReLU(), nn.Linear(400, 10))
    x, gradient = torch.randn(128, 784), torch.randn(128, 10)

    def call():
        for parameter in network.parameters():
            parameter.grad = None
        network(x).backward(gradient)
    return Workload(call)


def vae():
    # Floats in memory: the peer need not convert its batches.
    data = (torch.rand(60_000, 784) > 0.7).float()
    return steps(Vae, lambda: batches(data, 128))


WORKLOADS = {
    'add': add,
    'chain': chain,
    'normal': normal,
    'bernoulli': bernoulli,
    'adam-large': lambda: adam(8, (400, 784)),
    'adam-small': lambda: adam(250, (64,)),
    'mlp': mlp,
    'vae': vae,
}
