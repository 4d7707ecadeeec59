using Latent.Networks;
using Latent.Torch;

namespace Latent.Tests.Networks;

/// <summary>The table of layers: one line each, and every law of <see cref="LayerLaws"/> holds for it.</summary>
internal static class Layers
{
    private static readonly bool[,] Staircase = { { true, false, false }, { true, true, false }, { true, true, false }, { true, true, true }, { false, false, true } };

    public static IReadOnlyList<LayerRow> All { get; } =
    [
        Row("Linear", init => new Linear(init, 3, 5), (f, x) => f.Forward(x[0]), [3]),
        Row("Linear without bias", init => new Linear(init, 3, 5, hasBias: false), (f, x) => f.Forward(x[0]), [3]),
        Row("MaskedLinear", init => new MaskedLinear(init, Staircase), (f, x) => f.Forward(x[0]), [3]),
        Row("MaskedLinear without bias", init => new MaskedLinear(init, Staircase, hasBias: false), (f, x) => f.Forward(x[0]), [3]),
        Row("GatedLinear", init => new GatedLinear(init, 3, 5), (f, x) => f.Forward(x[0]), [3]),
        Row("Mlp", init => new Mlp(init, [3, 7, 5, 2], Activation.Tanh, Activation.Sigmoid), (f, x) => f.Forward(x[0]), [3]),
        Row("Mlp of one layer", init => new Mlp(init, [3, 5], Activation.Silu), (f, x) => f.Forward(x[0]), [3]),
        Row("MaskedMlp", init => new MaskedMlp(init, [[2, 0, 1]], [7, 5], 2, Activation.Tanh), (f, x) => f.Forward(x[0]), [3]),
        Row("MaskedMlp, direct, in another of its orders", init => new MaskedMlp(init, [[0, 1, 2], [1, 2, 0]], [7], 2, Activation.Silu, isDirect: true, hasRandomDegrees: true), (f, x) => f.Forward(x[0], order: 1), [3]),
        Row("MaskedMlp with a context", init => new MaskedMlp(init, [[0, 1, 2]], [7], 2, Activation.Tanh, contextFeatures: 5), (f, x) => f.Forward(x[0], x[1]), [3], [5]),
        Row("DenseResidualBlock", init => new DenseResidualBlock(init, 3, 5, Activation.Silu), (f, x) => f.Forward(x[0]), [3]),
        Row("Conv2d", init => new Conv2d(init, 3, 2, kernel: 3, padding: 1), (f, x) => f.Forward(x[0]), [3, 5, 4]),
        Row("Conv2d strided and dilated", init => new Conv2d(init, 3, 2, kernel: (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2)), (f, x) => f.Forward(x[0]), [3, 5, 4]),
        Row("Conv2d grouped without bias", init => new Conv2d(init, 4, 6, kernel: 2, groups: 2, hasBias: false), (f, x) => f.Forward(x[0]), [4, 3, 3]),
        Row("ConvTranspose2d", init => new ConvTranspose2d(init, 3, 2, kernel: 3, stride: 2, padding: 1, outputPadding: 1), (f, x) => f.Forward(x[0]), [3, 3, 2]),
        Row("ConvTranspose2d grouped and dilated", init => new ConvTranspose2d(init, 4, 6, kernel: (2, 3), dilation: (2, 1), groups: 2, hasBias: false), (f, x) => f.Forward(x[0]), [4, 3, 2]),
        Row("GatedConv2d", init => new GatedConv2d(init, 3, 2, kernel: 3, padding: 1), (f, x) => f.Forward(x[0]), [3, 3, 4]),
        Row("MaskedConv2d of type A", init => new MaskedConv2d(init, MaskType.A, 3, 6, kernel: 3, colors: 3), (f, x) => f.Forward(x[0]), [3, 3, 4]),
        Row("MaskedConv2d of type B", init => new MaskedConv2d(init, MaskType.B, 2, 3, kernel: (1, 3), hasBias: false), (f, x) => f.Forward(x[0]), [2, 3, 4]),
        Row("PixelCnn", init => new PixelCnn(init, [1, 3, 4], 2, 2, 2, kernel: 5), (f, x) => f.Forward(x[0]), [1, 3, 4]),
        Row("PixelCnn of colours", init => new PixelCnn(init, [2, 3, 3], 2, 4, 1, kernel: 3), (f, x) => f.Forward(x[0]), [2, 3, 3]),
        Row("PixelCnn of pixels", init => new PixelCnn(init, [2, 3, 3], 3, 2, 1, isPixelwise: true, kernel: 3), (f, x) => f.Forward(x[0]), [2, 3, 3]),
        Row("GatedPixelCnn", init => new GatedPixelCnn(init, [1, 3, 4], 2, 5, 3, kernel: 5), (f, x) => f.Forward(x[0]), [1, 3, 4]),
        Row("GatedPixelCnn of colours with a vector", init => new GatedPixelCnn(init, [2, 3, 3], 2, 4, 2, contextFeatures: 3, kernel: 3), (f, x) => f.Forward(x[0], x[1]), [2, 3, 3], [3]),
        Row("GatedPixelCnn with positions", init => new GatedPixelCnn(init, [1, 3, 4], 2, 5, 3, hasPositions: true), (f, x) => f.Forward(x[0]), [1, 3, 4]),
        Row("GatedPixelCnn of pixels with a map", init => new GatedPixelCnn(init, [2, 3, 3], 3, 4, 2, isPixelwise: true, contextFeatures: 3), (f, x) => f.Forward(x[0], x[1]), [2, 3, 3], [3, 3, 3]),
        Row("PixelCnnPlusPlus", init => new PixelCnnPlusPlus(init, [1, 2, 4], 2, 3, 1, resolutions: 2), (f, x) => f.Forward(x[0]), [1, 2, 4]),
        Row("PixelCnnPlusPlus of one resolution", init => new PixelCnnPlusPlus(init, [2, 3, 3], 3, 2, 1, resolutions: 1), (f, x) => f.Forward(x[0]), [2, 3, 3]),
        Row("ResidualBlock", init => new ResidualBlock(init, 2, 4, Activation.Silu, normGroups: 2), (f, x) => f.Forward(x[0]), [2, 3, 3]),
        Row("ResidualBlock without normalisation", init => new ResidualBlock(init, 2, 2, Activation.Tanh), (f, x) => f.Forward(x[0]), [2, 3, 3]),
        Row("ConvNet", init => new ConvNet(init, 3, 5, 2, Activation.Silu), (f, x) => f.Forward(x[0]), [3, 3, 2]),
        Row("ResNet", init => new ResNet(init, 3, 4, 2, blocks: 2, Activation.Silu, normGroups: 2), (f, x) => f.Forward(x[0]), [3, 3, 2]),
        Row("GatedAttentionNet", init => new GatedAttentionNet(init, 3, 4, 2, (3, 2), blocks: 2, heads: 2), (f, x) => f.Forward(x[0]), [3, 3, 2]),
        Row("LayerNorm", init => new LayerNorm(init, [5]), (f, x) => f.Forward(x[0]), [5]),
        Row("LayerNorm of images", init => new LayerNorm(init, [2, 3, 4]), (f, x) => f.Forward(x[0]), [2, 3, 4]),
        Row("GroupNorm", init => new GroupNorm(init, 2, 6), (f, x) => f.Forward(x[0]), [6, 2, 3]),
        Row("Embedding", init => new Embedding(init, 5, 3), (f, x) => f.Forward(x[0]), [2]) with { Symbols = 5, TakesAnyShape = true },
        Row("GruCell", init => new GruCell(init, 3, 5), (f, x) => f.Forward(x[0], x[1]), [3], [5]),
        Row("LstmCell", init => new LstmCell(init, 3, 5), (f, x) => Joined(f.Forward(x[0], x[1], x[2])), [3], [5], [5]),
        Row("MultiHeadAttention", init => new MultiHeadAttention(init, 6, 3), (f, x) => f.Forward(x[0]), [5, 6]),
        Row("MultiHeadAttention, causal", init => new MultiHeadAttention(init, 6, 2, isCausal: true), (f, x) => f.Forward(x[0]), [5, 6]),
        Row("MultiHeadAttention to a memory", init => new MultiHeadAttention(init, 6, 2), (f, x) => f.Forward(x[0], x[1]), [5, 6], [3, 6]),
        Row("Dropout", _ => new Dropout(0.3), (f, x) => Trained(() => f.Forward(x[0])), [5]) with { TakesAnyShape = true, DependsOnPlace = true },
        Row("Dropout without noise", _ => new Dropout(0.3), (f, x) => f.Forward(x[0]), [5]) with { TakesAnyShape = true },
    ];

    private static LayerRow Row<TLayer>(string name, Func<Init, TLayer> build, Func<TLayer, Tensor[], Tensor> forward, params Shape[] events) =>
        new(name, typeof(TLayer), Bound(build, forward), events);

    private static Func<Init, Func<Tensor[], Tensor>> Bound<TLayer>(Func<Init, TLayer> build, Func<TLayer, Tensor[], Tensor> forward) => init =>
    {
        var layer = build(init);
        return x => forward(layer, x);
    };

    private static Tensor Trained(Func<Tensor> forward)
    {
        using var pass = TrainingPass.Open(0, new Rng(1), ReadOnlyMemory<long>.Empty);
        return forward();
    }

    private static Tensor Joined((Tensor H, Tensor C) state) => Tensor.Cat([state.H, state.C], -1);
}
