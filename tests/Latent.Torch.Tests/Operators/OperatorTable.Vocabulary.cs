namespace Latent.Torch.Tests.Operators;

// The words the rows are made of. Inputs: D, I, B are tensors of float64, int64, bool. Results: Real, Single, Whole, Truth are
// float64, float32, int64, bool. Each takes values (a vector), or a shape and values.
internal static partial class OperatorTable
{
    private static OperatorRow Row(string name, Func<Tensor> compute, Expected expected) => new(name, () => [compute()], [expected]);

    private static OperatorRow Row(string name, Func<Tensor[]> compute, params Expected[] expected) => new(name, compute, expected);

    private static OperatorRow Row(string name, Func<(Tensor, Tensor)> compute, Expected first, Expected second) => new(name, () =>
    {
        var (a, b) = compute();
        return [a, b];
    }, [first, second]);

    private static OperatorRow Row(string name, Func<(Tensor, Tensor, Tensor)> compute, Expected first, Expected second, Expected third) => new(name, () =>
    {
        var (a, b, c) = compute();
        return [a, b, c];
    }, [first, second, third]);

    private static OperatorRow Row(string name, Func<bool> compute, bool expected) => Derived(name, () => [B(compute())], Truth(expected));

    /// <summary>Element by element, against the formula in C#.</summary>
    private static OperatorRow Map(string name, Func<Tensor, Tensor> compute, Func<double, double> formula, params double[] inputs) =>
        Row(name, () => compute(D(inputs)), Real([.. inputs.Select(formula)]));

    /// <summary>Results that are not the operator's own: it is composed of others, or fixed only up to a sign.</summary>
    private static OperatorRow Derived(string name, Func<Tensor[]> compute, params Expected[] expected) => new(name, compute, expected, IsDirect: false);

    /// <summary>What the tensor [4, 9] becomes.</summary>
    private static OperatorRow Writes(string name, Action<Tensor> write, Expected expected) => Derived(name, () => [After(D(4, 9), write)], expected);

    private static Tensor After(Tensor x, Action<Tensor> write)
    {
        write(x);
        return x;
    }

    private static Tensor D(params double[] values) => Tensor.From(values);
    private static Tensor D(long[] shape, params double[] values) => Tensor.From(values, shape);
    private static Tensor I(params long[] values) => Tensor.From(values);
    private static Tensor I(long[] shape, params long[] values) => Tensor.From(values, shape);
    private static Tensor B(params bool[] values) => Tensor.From(values);
    private static Tensor B(long[] shape, params bool[] values) => Tensor.From(values, shape);

    private static Expected Real(params double[] values) => new(ElementType.Float64, [values.Length], values);
    private static Expected Real(long[] shape, params double[] values) => new(ElementType.Float64, shape, values);
    private static Expected Single(params double[] values) => new(ElementType.Float32, [values.Length], values);
    private static Expected Single(long[] shape, params double[] values) => new(ElementType.Float32, shape, values);
    private static Expected Whole(params long[] values) => Whole([values.Length], values);
    private static Expected Whole(long[] shape, params long[] values) => new(ElementType.Int64, shape, [.. values.Select(v => (double)v)]);
    private static Expected Truth(params bool[] values) => Truth([values.Length], values);
    private static Expected Truth(long[] shape, params bool[] values) => new(ElementType.Bool, shape, [.. values.Select(v => v ? 1.0 : 0)]);

    private static Tensor Four() => D([2, 2], 1, 2, 3, 4);
    private static Tensor Six() => D([2, 3], 1, 2, 3, 4, 5, 6);
    private static Tensor Mixed() => D([2, 3], 3, 1, 2, 4, 6, 5);
    private static Tensor Nine() => D([3, 3], 1, 2, 3, 4, 5, 6, 7, 8, 9);

    /// <summary>Symmetric and positive definite, with determinant 8.</summary>
    private static Tensor Positive() => D([2, 2], 4, 2, 2, 3);

    // Factors are fixed only up to signs: what they multiply to is not.

    private static Tensor[] Product((Tensor Q, Tensor R) f) => [f.Q.MM(f.R), f.Q.T().MM(f.Q), f.R[1, 0]];

    private static Tensor[] Spectrum((Tensor Values, Tensor Vectors) f) => [f.Values, f.Vectors.MM(f.Values.DiagEmbed()).MM(f.Vectors.T())];

    private static Tensor[] Singular((Tensor U, Tensor S, Tensor Vh) f) => [f.S, f.U.MM(f.S.DiagEmbed()).MM(f.Vh)];
}
