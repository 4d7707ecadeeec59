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

    /// <summary>Flows over networks, whose parameters lie in a store in the order of the file.</summary>
    private static readonly Dictionary<string, Func<Init, Transform>> Flows = new()
    {
        ["maf"] = init => new MaskedAutoregressive(Masked(new(init, [[2, 0, 1]], [11], 2, Activation.Tanh)), [2, 0, 1], Heads["affine"]),
        ["real_nvp"] = init => new Coupling(new([5], CouplingPattern.Halves), new Mlp(init, [2, 11, 6], Activation.Tanh).Forward, Heads["affine"]),
    };

    public static TheoryData<string> Cases() => [.. Heads.Keys, .. Flows.Keys];

    private static Func<Tensor, Tensor> Masked(MaskedMlp network) => x => network.Forward(x);

    private static NpzFile Open() => NpzFile.Open(Repository.At("reference/transforms/flows.npz"));

    [Fact]
    public void Every_case_of_the_file_is_here()
    {
        using var file = Open();
        Assert.Equal(Heads.Keys.Concat(Flows.Keys).ToHashSet(), file.Names.Select(n => n[..n.IndexOf(':', StringComparison.Ordinal)]).ToHashSet());
    }

    [Theory, MemberData(nameof(Cases))]
    public void Equals_pytorch_in_double_precision(string name) => Check(name, ElementType.Float64, 1e-12);

    [Theory, MemberData(nameof(Cases))]
    public void Equals_pytorch_in_single_precision(string name) => Check(name, ElementType.Float32, 1e-6);

    private static void Check(string name, ElementType type, double tolerance) => Scoped(() =>
    {
        using var file = Open();
        Tensor Read(string part)
        {
            var array = file.Read($"{name}:{part}");
            return Tensor.From(array.Values<double>(), array.Shape);
        }
        Tensor Leaf(string part)
        {
            var leaf = Read(part).To(type).Clone();
            leaf.RequiresGrad = true;
            return leaf;
        }
        using var store = new ParameterStore(type);
        var v = Leaf("v");
        Tensor[] parameters;
        Transform transform;
        if (Flows.TryGetValue(name, out var make))
        {
            transform = make(store.Init());
            parameters = [.. Layers.Select(path => store[path])];
            for (var i = 0; i < parameters.Length; i++)
            {
                if (type == ElementType.Float64) Read($"p{i}").ToArray<double>().CopyTo(parameters[i].AsSpan<double>());
                else Read($"p{i}").To(type).ToArray<float>().CopyTo(parameters[i].AsSpan<float>());
            }
        }
        else
        {
            parameters = [Leaf("p0")];
            transform = Heads[name].Of(parameters[0]);
        }
        var (y, logDet) = transform.InverseWithLogDet(v);
        Close(Read("y"), y);
        Close(Read("logdet"), logDet);
        Close(Read("v"), transform.Forward(Read("y").To(type)));
        var gradients = Autograd.Grad(y.Pow(3).Sum() + logDet.Square().Sum(), [v, .. parameters]);
        Close(Read("dv"), gradients[0]);
        for (var i = 0; i < parameters.Length; i++) Close(Read($"dp{i}"), gradients[i + 1]);

        // Relative to the largest number of an array: single ones are sums in which larger ones cancel.
        void Close(Tensor expected, Tensor actual) => Tests.Close.Equal(expected, actual, tolerance * expected.Abs().ClampMin(1).Max().Item<double>());
    });
}
