using Latent.Torch;

namespace Latent.Divergences;

/// <summary>
/// A similarity of vectors, k(x, y) = the mean over scales of a function of their distance, with k(x, x) = 1. All kinds here are
/// characteristic: expectations of k(x, ·) tell any two distributions apart.
/// </summary>
/// <remarks>Shapes: x [N, *event], y [M, *event]; the axes of an event count as one vector.</remarks>
public sealed class Kernel
{
    private readonly Func<Tensor, double, Tensor> ofDistance;
    private readonly bool isEuclidean; // squared Euclidean distances, else sums of absolute differences
    private readonly double[] scales;

    private Kernel(Func<Tensor, double, Tensor> ofDistance, bool isEuclidean, ReadOnlySpan<double> scales)
    {
        if (scales.IsEmpty) throw new ArgumentException("A kernel needs at least one scale, such as a typical distance of samples.", nameof(scales));
        foreach (var scale in scales) _ = Arguments.Positive(scale, nameof(scales));
        (this.ofDistance, this.isEuclidean, this.scales) = (ofDistance, isEuclidean, scales.ToArray());
    }

    /// <summary>exp(−‖x − y‖² / (2σ²)), averaged over bandwidths σ.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bandwidth is not positive and finite.</exception>
    public static Kernel Gaussian(params ReadOnlySpan<double> bandwidths) => new((d, sigma) => (d * (-0.5 / (sigma * sigma))).Exp(), true, bandwidths);

    /// <summary>c / (c + ‖x − y‖²), averaged over scales c: heavy tails, so that far points still feel each other.</summary>
    /// <remarks>Source: Tolstikhin et al., Wasserstein auto-encoders (2018), where c = 2 D σ² for a prior N(0, σ²) of D dimensions.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A scale is not positive and finite.</exception>
    public static Kernel InverseMultiquadric(params ReadOnlySpan<double> scales) => new((d, c) => (d * (1 / c) + 1).Reciprocal(), true, scales);

    /// <summary>exp(−‖x − y‖₁ / σ), averaged over bandwidths σ.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bandwidth is not positive and finite.</exception>
    public static Kernel Laplace(params ReadOnlySpan<double> bandwidths) => new((d, sigma) => (d * (-1 / sigma)).Exp(), false, bandwidths);

    /// <summary>k(x_i, y_j) of all pairs, [N, M].</summary>
    public Tensor Matrix(Tensor x, Tensor y)
    {
        (x, y) = (x.Flatten(1), y.Flatten(1));
        if (!isEuclidean) return Average(Tensor.CDist(x, y, p: 1));
        var center = y.Mean(0).Detach(); // far from 0 the three terms would cancel
        (x, y) = (x - center, y - center);
        var squares = x.Square().Sum(-1, keepDim: true) + y.Square().Sum(-1);
        return Average((squares - 2 * x.MatMul(y.T())).ClampMin(0));
    }

    /// <summary>k(x_i, y_i) of each pair, [N]; both have N rows.</summary>
    public Tensor Pairs(Tensor x, Tensor y)
    {
        var difference = (x - y).Flatten(1);
        return Average((isEuclidean ? difference.Square() : difference.Abs()).Sum(-1));
    }

    private Tensor Average(Tensor distance)
    {
        var sum = ofDistance(distance, scales[0]);
        foreach (var scale in scales.AsSpan(1)) sum += ofDistance(distance, scale);
        return sum * (1.0 / scales.Length);
    }
}
