using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>The posterior of a latent variable for each example: what an encoder makes of the data.</summary>
/// <param name="Name">The latent variable.</param>
/// <param name="Means">E[z|x], Float32 [examples, *event].</param>
/// <param name="Scales">Standard deviations of z given x, of the same shape.</param>
public sealed record EncodedLatent(string Name, HostArray Means, HostArray Scales);
