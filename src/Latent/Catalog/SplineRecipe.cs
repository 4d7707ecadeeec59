using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A rational quadratic spline, as in neural spline flows.</summary>
public sealed record SplineRecipe : TransformHeadRecipe
{
    /// <summary>The spline's pieces.</summary>
    public long Bins
    {
        get;
        init
        {
            _ = RationalQuadraticSpline.Numbers(Arguments.Positive(value, "bins"));
            field = value;
        }
    } = 8;

    /// <summary>Where the spline ends and the identity begins, on both sides of 0.</summary>
    public double Bound { get; init => field = Arguments.Positive(value, "bound"); } = 5;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Initializer OutputBias => Initializers.Zeros;

    /// <inheritdoc/>
    public override TransformHead Build() => TransformHeads.RationalQuadraticSpline(Bins, Bound);
}
