using Latent.Torch;

namespace Latent.Distributions;

/// <summary>Draws of gamma variables with rate 1.</summary>
internal static class StandardGamma
{
    /// <summary>The logarithm of a draw for each concentration; the draw itself may be too small for its type.</summary>
    /// <remarks>
    /// Source: Marsaglia and Tsang, A simple method for generating gamma variables (2000), of which a proposal is accepted with
    /// probability above 0.95; below α = 1 their G(α) = G(α + 1) U^(1/α). Proposal t of element j is a function of the stream, t and
    /// j only, so the draws do not depend on the others' luck.
    /// </remarks>
    public static Tensor LogSample(Rng rng, Tensor concentration)
    {
        using var scope = TensorScope.Open();
        var (shape, type, device) = (concentration.Shape, concentration.ElementType, concentration.Device);
        var boosted = concentration < 1;
        var d = Tensor.Where(boosted, concentration + 1, concentration) - 1.0 / 3;
        var c = (9 * d).RSqrt();
        var logSample = concentration.ZerosLike();
        var pending = boosted.OnesLike();
        for (var proposal = 0L; pending.Any().IsNonZero(); proposal++)
        {
            using var round = TensorScope.Open();
            var x = rng.Fork("normal", proposal).Normal(shape, type, device);
            var root = 1 + c * x;
            var logV = root.Log() * 3; // NaN where the proposal is below 0
            var logU = -Noise.Exponential(rng.Fork("accept", proposal), shape, concentration);
            var bound = x.Square() * 0.5 + d - d * root.Pow(3) + d * logV;
            scope.Replace(ref logSample, Tensor.Where(pending, d.Log() + logV, logSample));
            scope.Replace(ref pending, pending.LogicalAnd((root <= 0).LogicalOr(logU >= bound))); // a NaN of the parameters is taken
        }
        var shrink = Noise.Exponential(rng.Fork("boost"), shape, concentration) / concentration;
        return scope.Return(logSample - shrink.MaskedFill(boosted.LogicalNot(), 0));
    }
}
