using Latent.Torch;

namespace Latent.Tests;

/// <summary>Compares reverse-mode gradients with central differences (f(x + h) − f(x − h)) / 2h, in Float64.</summary>
internal static class GradientCheck
{
    // The error of the difference is about h² |f'''| + 10⁻¹⁶ |f| / h: some 10⁻⁹ for the functions tested here. A step ten times as long
    // has a smaller one, but meets places where a second derivative jumps, as that of elu does: there the error is some h.
    private const double Step = 1e-6;
    private const double Tolerance = 1e-7;

    /// <summary>Fails unless all derivatives of a scalar function agree, or if no derivative by a leaf differs from zero.</summary>
    /// <param name="function">Computes the scalar from the leaves' present values.</param>
    /// <param name="leaves">Contiguous Float64 tensors that require gradients, with the names to report them by.</param>
    public static void Passes(Func<Tensor> function, params IReadOnlyCollection<(string Name, Tensor Leaf)> leaves)
    {
        using var scope = TensorScope.Open();
        var gradients = Autograd.Grad(function(), [.. leaves.Select(l => l.Leaf)]);
        foreach (var ((name, leaf), gradient) in leaves.Zip(gradients))
        {
            Assert.Equal(leaf.Shape, gradient.Shape);
            var analytic = gradient.ToArray<double>();
            Assert.True(analytic.Any(g => g != 0), $"All derivatives by {name} are zero: the function does not depend on it.");
            for (var i = 0; i < analytic.Length; i++)
            {
                var numeric = Difference(function, leaf, i);
                Assert.True(Math.Abs(analytic[i] - numeric) <= Tolerance * Math.Max(1, Math.Abs(numeric)),
                    $"The derivative by element {i} of {name} {leaf.Shape} is {analytic[i]:R}, but differences give {numeric:R}.");
            }
        }
    }

    private static double Difference(Func<Tensor> function, Tensor leaf, int element)
    {
        double At(double shift)
        {
            using var scope = TensorScope.Open();
            using var noGrad = Autograd.NoGrad();
            var values = leaf.AsSpan<double>();
            var before = values[element];
            values[element] = before + shift;
            var result = function().Item<double>();
            values[element] = before;
            return result;
        }
        return (At(Step) - At(-Step)) / (2 * Step);
    }
}
