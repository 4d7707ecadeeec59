using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>Positions z [K, B, *event] of chains, log p(z) and log p(x|z) [K, B] there, and the slopes of both in z.</summary>
internal sealed class JointState(Tensor z, Tensor logPrior, Tensor logLikelihood, Tensor priorSlope, Tensor likelihoodSlope)
{
    private Tensor z = z;
    private Tensor logPrior = logPrior;
    private Tensor logLikelihood = logLikelihood;
    private Tensor priorSlope = priorSlope;
    private Tensor likelihoodSlope = likelihoodSlope;

    public Tensor Z => z;

    public Tensor LogLikelihood => logLikelihood;

    /// <summary>log p(z) + β log p(x|z).</summary>
    public Tensor LogDensity(double beta) => logPrior + beta * logLikelihood;

    /// <summary>Its gradient.</summary>
    public Tensor Slope(double beta) => priorSlope + beta * likelihoodSlope;

    /// <summary>The one state or the other, chain by chain.</summary>
    public static JointState Where(Tensor condition, JointState one, JointState other)
    {
        var ofEvent = condition.Reshape([.. condition.Shape.AsSpan(), .. Enumerable.Repeat(1L, one.z.Rank - 2)]);
        return new(
            Tensor.Where(ofEvent, one.z, other.z), Tensor.Where(condition, one.logPrior, other.logPrior), Tensor.Where(condition, one.logLikelihood, other.logLikelihood),
            Tensor.Where(ofEvent, one.priorSlope, other.priorSlope), Tensor.Where(ofEvent, one.likelihoodSlope, other.likelihoodSlope));
    }

    /// <summary>Takes another state's place in the scope that holds this one, and frees its memory.</summary>
    public void MoveTo(JointState next, TensorScope scope)
    {
        scope.Replace(ref z, next.z);
        scope.Replace(ref logPrior, next.logPrior);
        scope.Replace(ref logLikelihood, next.logLikelihood);
        scope.Replace(ref priorSlope, next.priorSlope);
        scope.Replace(ref likelihoodSlope, next.likelihoodSlope);
    }
}
