using Latent.Torch;

namespace Latent.Divergences;

/// <summary>
/// The squared maximum mean discrepancy of two distributions, seen through samples:
/// MMD² = E k(x, x′) + E k(y, y′) − 2 E k(x, y), which is 0 for equal distributions only.
/// </summary>
/// <remarks>
/// <para>Source: Gretton et al., A kernel two-sample test (2012).</para>
/// <para>Shapes: x [N, *event], y [M, *event] → a scalar.</para>
/// <para>Both estimators are unbiased, hence can be negative.</para>
/// </remarks>
public static class MaximumMeanDiscrepancy
{
    /// <summary>The estimate from all pairs, of least variance: equation 3 of the source. Time and memory grow as (N + M)².</summary>
    /// <exception cref="ArgumentException">The shapes of the events differ, or there are fewer than two samples.</exception>
    public static Tensor Quadratic(Kernel kernel, Tensor x, Tensor y)
    {
        CheckShapes(x, y);
        return MeanOffDiagonal(kernel.Matrix(x, x)) + MeanOffDiagonal(kernel.Matrix(y, y)) - 2 * kernel.Matrix(x, y).Mean();
    }

    /// <summary>The estimate from disjoint pairs, for many samples: lemma 14 of the source. Time grows as N.</summary>
    /// <exception cref="ArgumentException">The shapes differ, or there are fewer than two samples.</exception>
    public static Tensor Linear(Kernel kernel, Tensor x, Tensor y)
    {
        CheckShapes(x, y);
        if (x.Size(0) != y.Size(0)) throw new ArgumentException($"The linear-time estimate pairs samples, so x and y must have equally many, not {x.Size(0)} and {y.Size(0)}.", nameof(y));
        var half = x.Size(0) / 2;
        var (x1, x2) = (x.Slice(0, 0, half), x.Slice(0, half, 2 * half));
        var (y1, y2) = (y.Slice(0, 0, half), y.Slice(0, half, 2 * half));
        return (kernel.Pairs(x1, x2) + kernel.Pairs(y1, y2) - kernel.Pairs(x1, y2) - kernel.Pairs(x2, y1)).Mean();
    }

    private static Tensor MeanOffDiagonal(Tensor matrix)
    {
        var n = (double)matrix.Size(0);
        return (matrix.Sum() - matrix.Trace()) * (1 / (n * (n - 1)));
    }

    private static void CheckShapes(Tensor x, Tensor y)
    {
        var (a, b) = (x.Shape, y.Shape);
        if (a.Rank < 2 || b.Rank < 2 || a[1..] != b[1..] || a[0] < 2 || b[0] < 2)
            throw new ArgumentException($"Samples must be [N, *event] and [M, *event] with N, M ≥ 2, not {a} and {b}.", nameof(y));
    }
}
