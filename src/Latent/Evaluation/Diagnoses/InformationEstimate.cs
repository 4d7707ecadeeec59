namespace Latent.Evaluation;

/// <summary>
/// The mean rate taken apart: E_x KL(q(z|x) ‖ p(z)) = I(x; z) + KL(q(z) ‖ p(z)), what the latent variables know of the example,
/// and how far the examples' posteriors together, q(z), are from the prior.
/// </summary>
/// <remarks>
/// <para>Source: Hoffman and Johnson, ELBO surgery (2016), equation 7; units: Chen et al., Isolating sources of disentanglement (2018), equation 2.</para>
/// <para>Units: nats.</para>
/// </remarks>
/// <param name="MutualInformation">I(x; z) under q, x being one of the N examples: at most log N.</param>
/// <param name="MutualInformationError">Its standard error.</param>
/// <param name="MarginalDivergence">KL(q(z) ‖ p(z)). Where the information is at its ceiling this is too large, by as much as the information is too small.</param>
/// <param name="MarginalDivergenceError">Its standard error.</param>
/// <param name="UnitDivergence">
/// Σ_d KL(q(z_d) ‖ p(z_d)) over the units, which few examples show well: under a prior with independent units KL(q(z) ‖ p(z)) is no
/// smaller. Null where the units of the prior, or of the posterior of an example, are not independent.
/// </param>
/// <param name="Examples">N.</param>
public sealed record InformationEstimate(
    double MutualInformation, double MutualInformationError, double MarginalDivergence, double MarginalDivergenceError, double? UnitDivergence, long Examples)
{
    /// <summary>log N, more than which cannot be known of which of N examples it is.</summary>
    public double Ceiling => Math.Log(Examples);

    /// <summary>Whether the information is within 1 nat of its ceiling, so that it would be larger with more examples.</summary>
    public bool IsAtCeiling => MutualInformation > Ceiling - 1;
}
