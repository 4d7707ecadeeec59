using Latent.Torch;

namespace Latent.Objectives;

/// <summary>A named mean over the batch's examples, without gradient.</summary>
/// <param name="Name">As in logs and pictures: <c>elbo</c>, <c>rate</c>.</param>
/// <param name="Value">A scalar.</param>
public readonly record struct LossTerm(string Name, Tensor Value);
