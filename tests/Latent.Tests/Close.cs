using Latent.Torch;

namespace Latent.Tests;

/// <summary>Equality of tensors up to rounding.</summary>
internal static class Close
{
    /// <summary>Fails unless shapes are equal and all elements differ by at most the tolerance, times the expected element where that exceeds 1. Equal infinities pass.</summary>
    public static void Equal(Tensor expected, Tensor actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        Equal(expected.To(ElementType.Float64).ToArray<double>(), actual, tolerance);
    }

    /// <summary>The same, for elements in row-major order.</summary>
    public static void Equal(ReadOnlySpan<double> expected, Tensor actual, double tolerance = 1e-12)
    {
        var values = actual.To(ElementType.Float64).ToArray<double>();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < values.Length; i++)
            Assert.True(expected[i] == values[i] || Math.Abs(expected[i] - values[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])), $"Element {i} of {actual.Shape} is {values[i]:R}, not {expected[i]:R}.");
    }
}
