"""Variational autoencoders of the peers, each a module that maps a batch to its loss."""
import math

import torch
from torch import nn
import torch.nn.functional as F


class Vae(nn.Module):
    """784-400-20, Bernoulli likelihood, diagonal Gaussian posterior."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.head = nn.Linear(400, 2 * 20)
        self.back = nn.Linear(20, 400)
        self.logits = nn.Linear(400, 784)

    def forward(self, x):
        mean, log_variance = self.head(F.relu(self.hidden(x))).chunk(2, 1)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        logits = self.logits(F.relu(self.back(z)))
        distortion = F.binary_cross_entropy_with_logits(logits, x, reduction='sum')
        rate = -0.5 * (1 + log_variance - mean * mean - log_variance.exp()).sum()
        return (distortion + rate) / x.shape[0]


class Iwae(nn.Module):
    """784-200-200-50, tanh, K = 50; the Bernoulli likelihood as `bce` or, with fewer passes, as x l - softplus(l)."""

    def __init__(self, fast):
        super().__init__()
        self.fast = fast
        self.encoder = nn.Sequential(nn.Linear(784, 200), nn.Tanh(), nn.Linear(200, 200), nn.Tanh(), nn.Linear(200, 100))
        self.decoder = nn.Sequential(nn.Linear(50, 200), nn.Tanh(), nn.Linear(200, 200), nn.Tanh(), nn.Linear(200, 784))

    def forward(self, x):
        particles = 50
        mean, log_variance = self.encoder(x).chunk(2, 1)
        noise = torch.randn(particles, x.shape[0], 50)
        z = mean + noise * torch.exp(0.5 * log_variance)
        logits = self.decoder(z)
        if self.fast:
            log_likelihood = torch.einsum('kbd,bd->kb', logits, x) - F.softplus(logits).sum(-1)
        else:
            log_likelihood = -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction='none').sum(-1)
        log_weight = log_likelihood + 0.5 * (noise * noise - z * z).sum(-1) + 0.5 * log_variance.sum(-1)
        return (math.log(particles) - torch.logsumexp(log_weight, 0)).mean()


class PythaeVae(nn.Module):
    """The default VAE of Pythae: 784-512-16, sigmoid outputs, binary cross-entropy."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 512), nn.ReLU())
        self.embedding = nn.Linear(512, 16)
        self.log_variance = nn.Linear(512, 16)
        self.decoder = nn.Sequential(nn.Linear(16, 512), nn.ReLU(), nn.Linear(512, 784), nn.Sigmoid())

    def forward(self, x):
        hidden = self.encoder(x.reshape(-1, 784))
        mean, log_variance = self.embedding(hidden), self.log_variance(hidden)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        reconstruction = self.decoder(z).reshape(x.shape)
        distortion = F.binary_cross_entropy(reconstruction.reshape(x.shape[0], -1), x.reshape(x.shape[0], -1), reduction='none').sum(-1)
        rate = -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp(), dim=-1)
        return (distortion + rate).mean(0)
