using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Transforms;

namespace Latent.Tests.Laws;

/// <summary>The formulas of the papers in PyTorch: values, log-determinants and gradients are equal.</summary>
/// <remarks>The file was made by <c>reference/transforms/flows.py</c>.</remarks>
public sealed class FlowParityTests : ScopedTest
{
    private const double Bound = 2;
    private static readonly string[] Layers = ["0/weight", "0/bias", "1/weight", "1/bias"];

    private static readonly Dictionary<string, TransformHead> Heads = new()
    {
        ["affine"] = TransformHeads.Affine(Bound),
        ["spline"] = TransformHeads.RationalQuadraticSpline(5, Bound),
        ["sigmoidal"] = TransformHeads.SigmoidalFlow(5),
        ["dense_sigmoidal"] = TransformHeads.DenseSigmoidalFlow(3),
        ["logistic_mixture"] = TransformHeads.LogisticMixtureCdf(3, Bound),
    };

    /// <summary>
    /// Flows over networks, whose parameters lie in a store in the order of the file. Their hidden units are rectified: the vectors' tanh has
    /// its own bound, three units in the last place, and eleven of them would hide the transform.
    /// </summary>
    private static readonly Dictionary<string, Func<Init, Transform>> Flows = new()
    {
        ["maf"] = init => Maf(new(init, [[2, 0, 1]], [11], 2, Activation.Relu)),
        ["real_nvp"] = init => RealNvp(new(init, [2, 11, 6], Activation.Relu)),
    };

    public static TheoryData<string> Cases() => [.. Heads.Keys, .. Flows.Keys];

    private static MaskedAutoregressive Maf(MaskedMlp network) => new(x => network.Forward(x), [2, 0, 1], Heads["affine"]) { Perceptron = network.Perceptron() };

    private static Coupling RealNvp(Mlp network) => new(new([5], CouplingPattern.Halves), network.Forward, Heads["affine"]) { Perceptron = network.Layers };

    [Fact]
    public void Every_case_of_the_file_is_here()
    {
        using var file = new ParityFile("flows");
        Assert.Equal(Heads.Keys.Concat(Flows.Keys).ToHashSet(), file.Cases.ToHashSet());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Equals_pytorch_in_double_precision(string name) => Check(name, ElementType.Float64, 1e-12);

    [Theory, MemberData(nameof(Cases))]
    public void Equals_pytorch_in_single_precision(string name) => Check(name, ElementType.Float32, 1e-6);

    private static void Check(string name, ElementType type, double tolerance) => Scoped(() =>
    {
        using var file = new ParityFile("flows");
        using var store = new ParameterStore(type);
        var (v, parameters) = (file.Leaf(name, "v", type), file.Parameters(name, type));
        Transform transform;
        if (Flows.TryGetValue(name, out var make))
        {
            transform = make(store.Init());
            Tensor[] stored = [.. Layers.Select(path => store[path])];
            foreach (var (parameter, value) in stored.Zip(parameters))
            {
                if (type == ElementType.Float64) value.ToArray<double>().CopyTo(parameter.AsSpan<double>());
                else value.ToArray<float>().CopyTo(parameter.AsSpan<float>());
            }
            parameters = stored;
        }
        else
        {
            transform = Heads[name].Of(parameters[0]);
        }
        file.Check(name, v, parameters, transform.InverseWithLogDet(v), tolerance);
        var y = file.Read(name, "y");
        file.AssertClose(name, "v", transform.Forward(y.To(type)), tolerance, y);
    });
}
