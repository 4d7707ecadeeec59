using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Networks;

/// <summary>The distributions of initial values, which are PyTorch's.</summary>
public sealed class InitialValueTests : ScopedTest
{
    public static TheoryData<string, string, double> Uniform => new()
    {
        { "linear", "linear/weight", 1 / Math.Sqrt(50) },
        { "linear", "linear/bias", 1 / Math.Sqrt(50) },
        { "masked linear", "masked linear/weight", 1 / Math.Sqrt(50) },
        { "conv", "conv/weight", 1 / Math.Sqrt(10.0 / 2 * 9) },
        { "conv", "conv/bias", 1 / Math.Sqrt(10.0 / 2 * 9) },
        { "masked conv", "masked conv/weight", 1 / Math.Sqrt(9 * 15) },
        { "transposed", "transposed/weight", 1 / Math.Sqrt(60.0 / 2 * 9) },
        { "transposed", "transposed/bias", 1 / Math.Sqrt(60.0 / 2 * 9) },
        { "gru", "gru/weight_ih", 1 / Math.Sqrt(30) },
        { "gru", "gru/bias_hh", 1 / Math.Sqrt(30) },
        { "lstm", "lstm/weight_hh", 1 / Math.Sqrt(30) },
        { "lstm", "lstm/bias_ih", 1 / Math.Sqrt(30) },
        { "attention", "attention/in_proj_weight", Math.Sqrt(6.0 / (40 + 3 * 40)) },
        { "attention", "attention/out_proj/weight", 1 / Math.Sqrt(40) },
    };

    private static object Make(Init init, string layer) => layer switch
    {
        "linear" => new Linear(init[layer], 50, 60),
        "masked linear" => new MaskedLinear(init[layer], new bool[60, 50]),
        "conv" => new Conv2d(init[layer], 10, 60, kernel: 3, groups: 2),
        "masked conv" => new MaskedConv2d(init[layer], MaskType.B, 9, 60, (3, 5), colors: 3),
        "transposed" => new ConvTranspose2d(init[layer], 10, 60, kernel: 3, groups: 2),
        "gru" => new GruCell(init[layer], 20, 30),
        "lstm" => new LstmCell(init[layer], 20, 30),
        "attention" => new MultiHeadAttention(init[layer], 40, 5),
        _ => throw new KeyNotFoundException(layer),
    };

    [Theory, MemberData(nameof(Uniform))]
    public void Weights_are_uniform_up_to_their_bound(string layer, string path, double bound) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        Make(store.Init(), layer);
        var scaled = store[path].ToArray<double>().Select(v => v / bound).ToArray();
        Assert.All(scaled, v => Assert.InRange(v, -1, 1));
        // Mean 0 and second moment 1/3; five standard deviations of their averages, √(1/3n) and √(4/45n).
        Assert.InRange(scaled.Average() * Math.Sqrt(3 * scaled.Length), -5, 5);
        Assert.InRange((scaled.Average(v => v * v) - 1.0 / 3) * Math.Sqrt(45.0 * scaled.Length / 4), -5, 5);
        Assert.True(scaled.Max() > 1 - 20.0 / scaled.Length, "The bound is not reached.");
    });

    [Fact]
    public void Embeddings_are_standard_normal() => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        var values = new Embedding(store.Init(), 100, 50).Weight.ToArray<double>();
        Assert.InRange(values.Average() * Math.Sqrt(values.Length), -5, 5);
        Assert.InRange((values.Average(v => v * v) - 1) * Math.Sqrt(values.Length / 2.0), -5, 5);
    });

    [Theory]
    [InlineData("norm/weight", 1), InlineData("norm/bias", 0), InlineData("group/weight", 1), InlineData("group/bias", 0)]
    [InlineData("attention/in_proj_bias", 0), InlineData("attention/out_proj/bias", 0)]
    public void Others_are_constant(string path, double value) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        _ = new LayerNorm(store.Init()["norm"], [5]);
        _ = new GroupNorm(store.Init()["group"], 2, 6);
        _ = new MultiHeadAttention(store.Init()["attention"], 6, 2);
        Assert.All(store[path].ToArray<double>(), v => Assert.Equal(value, v));
    });

    [Fact]
    public void First_values_may_be_given() => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        double[] logits = [-2, 0.5, 3];
        _ = new Linear(store.Init()["linear"], 5, 3, weight: Initializers.Zeros, bias: Initializers.Values(logits));
        _ = new Conv2d(store.Init()["conv"], 5, 3, kernel: 3, weight: Initializers.Zeros, bias: Initializers.Values(logits));
        _ = new ConvTranspose2d(store.Init()["transposed"], 5, 3, kernel: 3, weight: Initializers.Zeros, bias: Initializers.Values(logits));
        var mlp = new Mlp(store.Init()["mlp"], [5, 7, 3], Activation.Tanh, outputWeight: Initializers.Zeros, outputBias: Initializers.Values(logits));
        foreach (var layer in new[] { "linear", "conv", "transposed", "mlp/1" })
        {
            Assert.All(store[$"{layer}/weight"].ToArray<double>(), v => Assert.Equal(0, v));
            Assert.Equal(logits, store[$"{layer}/bias"].ToArray<double>());
        }
        Assert.DoesNotContain(0, store["mlp/0/weight"].ToArray<double>()); // hidden layers keep theirs
        Assert.Equal(logits, mlp.Forward(new Rng(1).Normal([5], ElementType.Float64)).ToArray<double>());
    });
}
