using Latent.Torch;

namespace Latent.Tests.Laws;

/// <summary>Formulas of papers in PyTorch: what goes in, what comes out, and gradients, in Float64. A script of <c>reference/transforms</c> says how the arrays are named.</summary>
internal sealed class ParityFile(string name) : IDisposable
{
    private readonly NpzFile file = NpzFile.Open(Repository.At($"reference/transforms/{name}.npz"));

    /// <summary>The cases, in the order of the file.</summary>
    public string[] Cases => [.. file.Names.Where(n => n.EndsWith(":v", StringComparison.Ordinal)).Select(n => n[..^2])];

    /// <summary>An array of a case.</summary>
    public Tensor Read(string @case, string part)
    {
        var array = file.Read($"{@case}:{part}");
        return Tensor.From(array.Values<double>(), array.Shape);
    }

    /// <summary>An array as a leaf.</summary>
    public Tensor Leaf(string @case, string part, ElementType type)
    {
        var leaf = Read(@case, part).To(type).Clone();
        leaf.RequiresGrad = true;
        return leaf;
    }

    /// <summary>The parameters as leaves.</summary>
    public Tensor[] Parameters(string @case, ElementType type) =>
        [.. Enumerable.Range(0, file.Names.Count(n => n.StartsWith($"{@case}:p", StringComparison.Ordinal))).Select(i => Leaf(@case, $"p{i}", type))];

    /// <summary>Fails unless values, log-determinants and the gradients of Σ y³ + Σ logdet² are those of the file.</summary>
    /// <param name="case">The case.</param>
    /// <param name="v">The leaf <c>v</c>.</param>
    /// <param name="parameters">The leaves <c>p0</c>, <c>p1</c>, ….</param>
    /// <param name="result">What the transform makes of v.</param>
    /// <param name="tolerance">As in <see cref="AssertClose"/>.</param>
    public void Check(string @case, Tensor v, Tensor[] parameters, (Tensor Value, Tensor LogDet) result, double tolerance)
    {
        var (y, logDet) = result;
        AssertClose(@case, "y", y, tolerance);
        AssertClose(@case, "logdet", logDet, tolerance);
        var gradients = Autograd.Grad(y.Pow(3).Sum() + logDet.Square().Sum(), [v, .. parameters]);
        AssertClose(@case, "dv", gradients[0], tolerance);
        for (var i = 0; i < parameters.Length; i++) AssertClose(@case, $"dp{i}", gradients[i + 1], tolerance);
    }

    /// <summary>Fails unless all numbers of an array are within the tolerance times the largest, or 1: single ones are sums in which larger ones cancel.</summary>
    /// <param name="case">The case.</param>
    /// <param name="part">The array.</param>
    /// <param name="actual">What was computed.</param>
    /// <param name="tolerance">In units of the largest number of the array, or of the inputs.</param>
    /// <param name="rounded">Inputs that were rounded before.</param>
    public void AssertClose(string @case, string part, Tensor actual, double tolerance, params ReadOnlySpan<Tensor> rounded)
    {
        var expected = Read(@case, part);
        Assert.Equal(expected.Shape, actual.Shape);
        var scale = 1.0;
        foreach (var values in (Tensor[])[expected, .. rounded]) scale = Math.Max(scale, values.Abs().Max().Item<double>());
        var distance = (expected - actual.To(ElementType.Float64)).Abs().Max().Item<double>();
        Assert.True(distance <= tolerance * scale, $"{part} of {@case} is off by {distance:E2}, the largest number being {scale:G3}.");
    }

    public void Dispose() => file.Dispose();
}
