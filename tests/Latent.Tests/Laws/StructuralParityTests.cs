using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Transforms;

namespace Latent.Tests.Laws;

/// <summary>The formulas of the papers in PyTorch: values, log-determinants and gradients are equal.</summary>
/// <remarks>The file was made by <c>reference/transforms/structural.py</c>.</remarks>
public sealed class StructuralParityTests : ScopedTest
{
    private static (Tensor Value, Tensor LogDet) Apply(string name, Tensor v, Tensor[] p) => name switch
    {
        "actnorm" => new ActNorm(p[0], p[1], 1).InverseWithLogDet(v),
        "actnorm_channels" => new ActNorm(p[0], p[1], 3).InverseWithLogDet(v),
        "logit" => new Logit(0.05).Then(new Reshape([3], [3])).InverseWithLogDet(v),
        "convolution" => new LinearMap(new PlainMatrix(p[0]), 3).InverseWithLogDet(v),
        "lu" => new LinearMap(new LUMatrix([2, 0, 1], p[0], p[1], p[2])).InverseWithLogDet(v),
        "qr" => new LinearMap(new QRMatrix(p[0], p[1], p[2])).InverseWithLogDet(v),
        "planar" => new Planar(p[0], p[1], p[2]).ForwardWithLogDet(v),
        "radial" => new Radial(p[0], p[1], p[2]).ForwardWithLogDet(v),
        "sylvester" => new Sylvester(p[0], p[1], p[2], p[3]).ForwardWithLogDet(v),
        _ => throw new KeyNotFoundException($"'{name}' stands in structural.npz, but not here."),
    };

    public static TheoryData<string> Cases()
    {
        using var file = new ParityFile("structural");
        return [.. file.Cases];
    }

    [Theory, MemberData(nameof(Cases))]
    public void Equals_pytorch_in_double_precision(string name) => Check(name, ElementType.Float64, 1e-12);

    [Theory, MemberData(nameof(Cases))]
    public void Equals_pytorch_in_single_precision(string name) => Check(name, ElementType.Float32, 1e-6);

    private static void Check(string name, ElementType type, double tolerance) => Scoped(() =>
    {
        using var file = new ParityFile("structural");
        var (v, parameters) = (file.Leaf(name, "v", type), file.Parameters(name, type));
        file.Check(name, v, parameters, Apply(name, v, parameters), tolerance);
    });
}
