using Latent.Torch;

namespace Latent.Distributions;

/// <summary>A distribution that has the log-probability of its draws at hand as it draws them.</summary>
internal interface IScoredSampler
{
    /// <summary>Draws of this full shape, [*S, *batch, *event], and their log p [*S, *batch]; differentiable as samples of the distribution are.</summary>
    (Tensor X, Tensor LogProb) SampleWithLogProb(Rng rng, Shape shape);
}
