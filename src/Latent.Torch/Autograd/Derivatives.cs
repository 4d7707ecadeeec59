namespace Latent.Torch;

/// <summary>Whole Jacobians, by autograd and by finite differences: for log-determinants in tests, and to check a gradient written by hand.</summary>
public static class Derivatives
{
    /// <summary>The Jacobian of y = f(x) at x by autograd, [elements of y, elements of x].</summary>
    public static Tensor Jacobian(Func<Tensor, Tensor> f, Tensor x)
    {
        using var scope = TensorScope.Open();
        var leaf = Leaf(x);
        var y = f(leaf).Reshape([-1]);
        var rows = new Tensor[y.Elements];
        for (var i = 0; i < rows.Length; i++) rows[i] = Autograd.Grad(y[i], [leaf], retainGraph: true)[0].Reshape([-1]);
        return scope.Return(Tensor.Stack(rows, 0));
    }

    /// <summary>
    /// The largest deviation between autograd's gradient of Σ w∘f(inputs), for fixed weights w that differ between elements,
    /// and central differences, relative to the larger of 1 and the gradient. Inputs must be Float64.
    /// </summary>
    /// <remarks>The step is 1e−6·max(1, |x|): expect deviations near 1e−9 from a right gradient, and near 1 from a wrong one.</remarks>
    /// <exception cref="ArgumentException">An input is not Float64.</exception>
    public static double GradientDeviation(Func<Tensor[], Tensor> f, params ReadOnlySpan<Tensor> inputs)
    {
        using var scope = TensorScope.Open();
        var leaves = new Tensor[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].ElementType != ElementType.Float64) throw new ArgumentException($"Finite differences need Float64, not {inputs[i].ElementType}.", nameof(inputs));
            leaves[i] = Leaf(inputs[i]);
        }
        var y = f(leaves);
        var weights = (Tensor.Arange(y.Elements, dtype: ElementType.Float64) * 0.7 + 0.3).Cos().Reshape(y.Shape);
        var gradients = Autograd.Grad((y * weights).Sum(), leaves);
        var worst = 0.0;
        for (var i = 0; i < leaves.Length; i++)
        {
            var exact = gradients[i].ToArray<double>();
            for (var k = 0; k < exact.Length; k++)
            {
                var slope = CentralDifference(f, leaves, weights, i, k);
                var deviation = Math.Abs(slope - exact[k]) / Math.Max(1, Math.Abs(exact[k]));
                if (!(deviation <= worst)) worst = deviation; // a NaN counts
            }
        }
        return worst;
    }

    private static double CentralDifference(Func<Tensor[], Tensor> f, Tensor[] leaves, Tensor weights, int input, int element)
    {
        using var noGrad = Autograd.NoGrad();
        using var scope = TensorScope.Open();
        var moved = (Tensor[])leaves.Clone();
        var values = leaves[input].ToArray<double>();
        var (x, h) = (values[element], 1e-6 * Math.Max(1, Math.Abs(values[element])));
        double At(double value)
        {
            values[element] = value;
            moved[input] = Tensor.From(values, leaves[input].Shape);
            return (f(moved) * weights).Sum().Item<double>();
        }
        return (At(x + h) - At(x - h)) / (2 * h);
    }

    private static Tensor Leaf(Tensor x)
    {
        var leaf = x.Detach().Clone();
        leaf.RequiresGrad = true;
        return leaf;
    }
}
