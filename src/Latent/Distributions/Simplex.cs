using Latent.Torch;

namespace Latent.Distributions;

/// <summary>Vectors of coordinates that sum to 1.</summary>
internal static class Simplex
{
    /// <summary>Whether vectors, at the last axis, have an excluded coordinate, or a sum that is not 1 to half the type's digits.</summary>
    public static Tensor IsOutside(Tensor x, Tensor excluded)
    {
        var deviation = (x.Sum(-1) - 1).Abs();
        return excluded.Any(-1).LogicalOr(deviation > Math.Sqrt(OpenInterval.Resolution(x.ElementType)));
    }
}
