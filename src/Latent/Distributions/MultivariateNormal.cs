using Latent.Torch;

namespace Latent.Distributions;

/// <summary>
/// The normal distribution of a vector with covariance Σ = L Lᵀ: log p(x) = −‖L⁻¹(x − μ)‖²/2 − Σ_d log L_dd − D log(2π)/2.
/// </summary>
/// <remarks>
/// <para>Shapes: μ [*batch, D] and L [*batch, D, D], whose batch axes broadcast; events are [D].</para>
/// <para>Domain: all reals; L lower triangular with a positive diagonal. What stands above the diagonal does not count.</para>
/// <para>Numerics: solves with the factor; neither Σ nor an inverse is formed.</para>
/// </remarks>
public sealed class MultivariateNormal : Distribution
{
    /// <summary>N(<paramref name="location"/>, L Lᵀ), with the factor L = <paramref name="scaleFactor"/>.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public MultivariateNormal(Tensor location, Tensor scaleFactor) : this(location, scaleFactor, CommonShape(location, scaleFactor))
    {
    }

    private MultivariateNormal(Tensor location, Tensor scaleFactor, Shape shape) : base(shape[..^1], shape[^1..]) =>
        (Location, ScaleFactor) = (location, scaleFactor.Tril());

    /// <summary>μ.</summary>
    public Tensor Location { get; }

    /// <summary>L, lower triangular.</summary>
    public Tensor ScaleFactor { get; }

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => Location.Expand([.. BatchShape, .. EventShape]);

    /// <inheritdoc/>
    public override Tensor Entropy => (HalfLogDeterminant + EventShape[0] * (0.5 + Normal.HalfLog2Pi)).Expand(BatchShape);

    /// <summary>½ log det Σ = Σ_d log L_dd, [*batch] before broadcasting.</summary>
    internal Tensor HalfLogDeterminant => ScaleFactor.Diagonal(0, -2, -1).Log().Sum(-1);

    /// <summary>L⁻¹ B for B [*, D, N].</summary>
    internal Tensor Whiten(Tensor b) => ScaleFactor.LinalgSolveTriangular(b, upper: false);

    /// <inheritdoc/>
    protected override Tensor LogProbCore(Tensor x) =>
        ToVectors(Whiten, x - Location).Square().Sum(-1) * -0.5 - HalfLogDeterminant - EventShape[0] * Normal.HalfLog2Pi;

    /// <inheritdoc/>
    protected override Tensor SampleCore(Rng rng, Shape shape) =>
        Location + ToVectors(ScaleFactor.MatMul, rng.Normal(shape, Location.ElementType, Location.Device));

    /// <summary>Applies a linear map of matrices [*batch, D, N] to vectors [*S, *batch, D]: those that share a factor are columns of one matrix.</summary>
    private Tensor ToVectors(Func<Tensor, Tensor> map, Tensor vectors)
    {
        var sharing = vectors.Rank + 1 - ScaleFactor.Rank;
        if (sharing <= 0) return map(vectors.Unsqueeze(-1)).Squeeze(-1);
        var columns = vectors.Flatten(0, sharing - 1).MoveDim(0, -1); // [*batch, D, S]
        return map(columns).MoveDim(-1, 0).Unflatten(0, vectors.Shape[..sharing]);
    }

    private static Shape CommonShape(Tensor location, Tensor scaleFactor)
    {
        var (mean, factor) = (location.Shape, scaleFactor.Shape);
        if (mean.Rank < 1 || factor.Rank < 2 || factor[^1] != mean[^1] || factor[^2] != mean[^1])
            throw new ArgumentException($"The location must be [*batch, D] and the scale factor [*batch, D, D], not {mean} and {factor}.", nameof(scaleFactor));
        return Broadcast.Shapes(location, scaleFactor.Select(-1, 0));
    }
}
