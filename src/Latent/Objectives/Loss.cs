using Latent.Torch;

namespace Latent.Objectives;

/// <summary>What is minimised, and the quantities behind it that people watch.</summary>
/// <param name="Value">A scalar with gradient, the mean over the batch's examples.</param>
/// <param name="Terms">Scalars in nats per example, with their mathematical sign: <c>elbo</c> is at most log p(x).</param>
public sealed record Loss(Tensor Value, IReadOnlyList<LossTerm> Terms);
