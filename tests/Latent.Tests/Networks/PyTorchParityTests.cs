using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Networks;

/// <summary>PyTorch's layers, its weights taken over by path: outputs and gradients are equal.</summary>
/// <remarks>The file was made by <c>reference/networks/make.py</c>.</remarks>
public sealed class PyTorchParityTests : ScopedTest
{
    private static Func<Tensor[], Tensor> Build(Init init, string name)
    {
        init = init[name];
        switch (name)
        {
            case "linear":
                var linear = new Linear(init, 3, 5);
                return x => linear.Forward(x[0]);
            case "conv":
                var conv = new Conv2d(init, 4, 2, kernel: (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2), groups: 2);
                return x => conv.Forward(x[0]);
            case "conv_transpose":
                var transposed = new ConvTranspose2d(init, 4, 2, kernel: (3, 2), stride: (2, 3), padding: (1, 0), outputPadding: (1, 2), dilation: (2, 1), groups: 2);
                return x => transposed.Forward(x[0]);
            case "layer_norm":
                var layerNorm = new LayerNorm(init, [2, 5]);
                return x => layerNorm.Forward(x[0]);
            case "group_norm":
                var groupNorm = new GroupNorm(init, 2, 6);
                return x => groupNorm.Forward(x[0]);
            case "gru":
                var gru = new GruCell(init, 3, 5);
                return x => gru.Forward(x[0], x[1]);
            case "lstm":
                var lstm = new LstmCell(init, 3, 5);
                return x =>
                {
                    var (h, c) = lstm.Forward(x[0], x[1], x[2]);
                    return Tensor.Cat([h, c], -1);
                };
            case "attention" or "causal_attention":
                var attention = new MultiHeadAttention(init, 6, 3, isCausal: name == "causal_attention");
                return x => attention.Forward(x[0]);
            case "cross_attention":
                var cross = new MultiHeadAttention(init, 6, 3);
                return x => cross.Forward(x[0], x[1]);
            default:
                throw new KeyNotFoundException($"'{name}' stands in layers.npz, but not here.");
        }
    }

    public static TheoryData<string> Cases()
    {
        using var file = Open();
        return [.. file.Names.Where(n => n.EndsWith(":y", StringComparison.Ordinal)).Select(n => n[..^2])];
    }

    private static NpzFile Open() => NpzFile.Open(Repository.At("reference/networks/layers.npz"));

    [Theory, MemberData(nameof(Cases))]
    public void Equals_pytorch(string name) => Scoped(() =>
    {
        using var file = Open();
        Tensor Read(string entry)
        {
            var array = file.Read(entry);
            return Tensor.From(array.Values<double>(), array.Shape);
        }
        using var store = new ParameterStore(ElementType.Float64);
        var forward = Build(store.Init(), name);
        Assert.Equal(file.Names.Where(n => n.StartsWith($"{name}/", StringComparison.Ordinal)).Order(), store.Parameters.Select(p => p.Path).Order());
        foreach (var p in store.Parameters)
        {
            var theirs = file.Read(p.Path);
            Assert.Equal(theirs.Shape, p.Shape);
            theirs.Values<double>().CopyTo(p.Value.AsSpan<double>());
        }
        var x = file.Names.Where(n => n.StartsWith($"{name}:x", StringComparison.Ordinal)).Order().Select(Read).ToArray();
        foreach (var input in x) input.RequiresGrad = true;
        var y = forward(x);
        Close.Equal(Read($"{name}:y"), y);
        var gradients = Autograd.Grad(y.Square().Sum(), x);
        for (var i = 0; i < x.Length; i++) Close.Equal(Read($"{name}:d{i}"), gradients[i]);
    });
}
