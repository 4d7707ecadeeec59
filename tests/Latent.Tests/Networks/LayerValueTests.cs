using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Networks;

/// <summary>Each layer against its formula, element by element in plain C#.</summary>
public sealed class LayerValueTests : ScopedTest
{
    private const int Batch = 7;
    private static readonly Rng Seed = new(21);

    private static Tensor Random(params Shape shape) => Seed.Fork("x").Normal(shape, ElementType.Float64);

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>The values of a parameter or buffer.</summary>
    private static double[] Read(ParameterStore store, string path) => store[path].ToArray<double>();

    /// <summary>A row times a matrix [outputs, inputs] plus a bias.</summary>
    private static double[] Affine(ReadOnlySpan<double> x, double[] weight, double[]? bias)
    {
        var y = new double[weight.Length / x.Length];
        for (var o = 0; o < y.Length; o++)
        {
            y[o] = bias?[o] ?? 0;
            for (var i = 0; i < x.Length; i++) y[o] += weight[o * x.Length + i] * x[i];
        }
        return y;
    }

    private static double[] Rows(Tensor x, Func<double[], double[]> map) =>
        [.. x.ToArray<double>().Chunk((int)x.Size(-1)).SelectMany(map)];

    private static void Float64(Action<ParameterStore> body) => Scoped(() =>
    {
        using var store = new ParameterStore(ElementType.Float64);
        body(store);
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Linear(bool hasBias) => Float64(store =>
    {
        var layer = new Linear(store.Init(), 3, 5, hasBias);
        Assert.Equal(hasBias ? ["weight", "bias"] : ["weight"], store.Parameters.Select(p => p.Path));
        Assert.Equal([5, 3], layer.Weight.Shape);
        var x = Random(Batch, 3);
        Close.Equal(Rows(x, r => Affine(r, Read(store, "weight"), hasBias ? Read(store, "bias") : null)), layer.Forward(x));
    });

    [Fact]
    public void Masked_linear_uses_the_weights_that_the_mask_lets_through() => Float64(store =>
    {
        bool[,] mask = { { true, false, true }, { false, false, false }, { true, true, true } };
        var layer = new MaskedLinear(store.Init(), mask);
        var visible = Read(store, "weight");
        for (var k = 0; k < visible.Length; k++) if (!mask[k / 3, k % 3]) visible[k] = 0;
        var x = Random(Batch, 3);
        Close.Equal(Rows(x, r => Affine(r, visible, Read(store, "bias"))), layer.Forward(x));
    });

    [Fact]
    public void Gated_linear() => Float64(store =>
    {
        var layer = new GatedLinear(store.Init(), 3, 5);
        var x = Random(Batch, 3);
        var expected = Rows(x, r =>
        {
            var both = Affine(r, Read(store, "weight"), Read(store, "bias"));
            return [.. Enumerable.Range(0, 5).Select(o => both[o] * Sigmoid(both[5 + o]))];
        });
        Close.Equal(expected, layer.Forward(x));
    });

    [Fact]
    public void Mlp_alternates_maps_and_activations() => Float64(store =>
    {
        var network = new Mlp(store.Init(), [3, 7, 5, 2], Activation.Tanh, Activation.Sigmoid);
        var x = Random(Batch, 3);
        double[] Layer(double[] r, int l, Func<double, double> f) => [.. Affine(r, Read(store, $"{l}/weight"), Read(store, $"{l}/bias")).Select(f)];
        Close.Equal(Rows(x, r => Layer(Layer(Layer(r, 0, Math.Tanh), 1, Math.Tanh), 2, Sigmoid)), network.Forward(x));
    });

    [Fact]
    public void Masked_mlp_is_one_of_masked_weights_and_gives_its_outputs_one_after_the_other() => Float64(store =>
    {
        const int D = 3, C = 2, P = 5;
        var network = new MaskedMlp(store.Init(), [[0, 1, 2], [2, 0, 1]], [7], P, Activation.Tanh, C, isDirect: true);
        var (x, context) = (Random(Batch, 4, D), Random(4, C));
        double[] Masked(string layer) => [.. Read(store, $"{layer}/weight").Zip(Read(store, $"{layer}/mask1"), (w, m) => w * m)];
        var expected = Rows(Tensor.Cat([x, context.Expand([Batch, 4, C])], -1), r =>
        {
            double[] h = [.. Affine(r, Masked("0"), Read(store, "0/bias")).Select(Math.Tanh)];
            double[] y = [.. Affine(h, Masked("1"), Read(store, "1/bias")).Zip(Affine(r, Masked("direct"), null), (a, b) => a + b)];
            return [.. Enumerable.Range(0, D * P).Select(o => y[o % P * D + o / P])];
        });
        Close.Equal(expected, network.Forward(x, context, order: 1));
    });

    [Fact]
    public void Dense_residual_block() => Float64(store =>
    {
        var block = new DenseResidualBlock(store.Init(), 3, 5, Activation.Tanh);
        var x = Random(Batch, 3);
        var expected = Rows(x, r =>
        {
            var h = Affine([.. r.Select(Math.Tanh)], Read(store, "linear1/weight"), Read(store, "linear1/bias"));
            var change = Affine([.. h.Select(Math.Tanh)], Read(store, "linear2/weight"), Read(store, "linear2/bias"));
            return [.. r.Zip(change, (a, b) => a + b)];
        });
        Close.Equal(expected, block.Forward(x));
    });

    [Fact]
    public void Convolution() => Float64(store =>
    {
        const int Inputs = 4, Outputs = 6, Groups = 2, H = 7, W = 5;
        var layer = new Conv2d(store.Init(), Inputs, Outputs, kernel: (3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2), Groups);
        var x = Random(Batch, Inputs, H, W);
        Close.Equal(Convolve(x, store["weight"], Read(store, "bias"), (2, 1), (1, 0), (1, 2), Groups), layer.Forward(x));
    });

    [Fact]
    public void Gated_convolution() => Float64(store =>
    {
        var layer = new GatedConv2d(store.Init(), 3, 2, kernel: 3, stride: 2, padding: 1);
        var x = Random(Batch, 3, 5, 4);
        var both = Convolve(x, store["weight"], Read(store, "bias"), 2, 1, 1, 1);
        var (h, g) = (both.Narrow(1, 0, 2).ToArray<double>(), both.Narrow(1, 2, 2).ToArray<double>());
        Close.Equal([.. h.Zip(g, (a, b) => a * Sigmoid(b))], layer.Forward(x));
    });

    [Theory, InlineData(MaskType.A, 1), InlineData(MaskType.B, 1), InlineData(MaskType.A, 3), InlineData(MaskType.B, 3)]
    public void Masked_convolution_uses_the_weights_before_the_centre(MaskType type, int colors) => Float64(store =>
    {
        const int Inputs = 6, Outputs = 3, Height = 3, Width = 5;
        var layer = new MaskedConv2d(store.Init(), type, Inputs, Outputs, (Height, Width), colors);
        var visible = store["weight"].Detach().Clone();
        var v = visible.AsSpan<double>();
        for (var k = 0; k < v.Length; k++)
        {
            var (o, i, row, column) = (k / (Inputs * Height * Width), k / (Height * Width) % Inputs, k / Width % Height, k % Width);
            // With three colours the channels are R R G G B B in, R G B out.
            var (from, to) = colors == 1 ? (0, 0) : (i / 2, o);
            var isSeen = row == 0 || (row == 1 && column < 2) || (row == 1 && column == 2 && (type == MaskType.A ? from < to : from <= to));
            if (!isSeen) v[k] = 0;
        }
        var x = Random(Batch, Inputs, 4, 6);
        Close.Equal(Convolve(x, visible, Read(store, "bias"), 1, (1, 2), 1, 1), layer.Forward(x));
    });

    [Fact]
    public void Transposed_convolution_is_the_transpose_of_the_convolution() => Float64(store =>
    {
        // ⟨convolve(y), x⟩ = ⟨y, spread(x)⟩ for all x and y, with one and the same weight.
        var layer = new ConvTranspose2d(store.Init(), 4, 6, kernel: (3, 2), stride: (2, 3), padding: (1, 0), outputPadding: (1, 2), dilation: (2, 1), groups: 2, hasBias: false);
        var x = Random(Batch, 4, 3, 2);
        var spread = layer.Forward(x);
        Assert.Equal([Batch, 6, (3 - 1) * 2 - 2 + 2 * 2 + 1 + 1, (2 - 1) * 3 + 1 + 2 + 1], spread.Shape);
        var y = Seed.Fork("y").Normal(spread.Shape, ElementType.Float64);
        var convolved = Convolve(y, store["weight"], new double[4], (2, 3), (1, 0), (2, 1), 2);
        Close.Equal((convolved * x).Sum(), (y * spread).Sum(), 1e-11);
    });

    [Fact]
    public void Transposed_convolution_adds_its_bias_everywhere() => Float64(store =>
    {
        var layer = new ConvTranspose2d(store.Init(), 3, 2, kernel: 2, stride: 2);
        var y = layer.Forward(Tensor.Zeros([Batch, 3, 2, 2], ElementType.Float64));
        Close.Equal(store["bias"].Reshape(1, 2, 1, 1).Expand([Batch, 2, 4, 4]), y);
    });

    [Fact]
    public void Residual_block_adds_to_its_shortcut() => Float64(store =>
    {
        var block = new ResidualBlock(store.Init(), 2, 4, Activation.Tanh, normGroups: 2);
        Assert.Equal(
            ["norm1/weight", "norm1/bias", "norm2/weight", "norm2/bias", "conv1/weight", "conv1/bias", "conv2/weight", "conv2/bias", "shortcut/weight", "shortcut/bias"],
            store.Parameters.Select(p => p.Path));
        var x = Random(Batch, 2, 5, 3);
        Tensor Conv(Tensor t, string name, int padding) => Convolve(t, store[$"{name}/weight"], Read(store, $"{name}/bias"), 1, padding, 1, 1);
        var h = Conv(Standardised(x, 2 / 2 * 15, 1e-5).Tanh(), "conv1", 1);
        h = Conv(Standardised(h, 4 / 2 * 15, 1e-5).Tanh(), "conv2", 1);
        Close.Equal(Conv(x, "shortcut", 0) + h, block.Forward(x), 1e-11);
    });

    [Fact]
    public void Residual_block_of_equal_channels_adds_to_the_identity() => Float64(store =>
    {
        var block = new ResidualBlock(store.Init(), 2, 2, Activation.Relu);
        foreach (var p in store.Parameters.Where(p => p.Path.StartsWith("conv2", StringComparison.Ordinal))) p.Value.AsSpan<double>().Clear();
        var x = Random(Batch, 2, 5, 3);
        Close.Equal(x, block.Forward(x));
    });

    [Fact]
    public void Layer_norm() => Float64(store =>
    {
        var layer = new LayerNorm(store.Init(), [2, 5], epsilon: 1e-3);
        Scramble(store);
        var x = Random(Batch, 2, 5);
        Close.Equal(Standardised(x, 10, 1e-3) * store["weight"] + store["bias"], layer.Forward(x));
    });

    [Fact]
    public void Group_norm() => Float64(store =>
    {
        var layer = new GroupNorm(store.Init(), 3, 6, epsilon: 1e-3);
        Scramble(store);
        var x = Random(Batch, 6, 2, 5);
        Close.Equal(Standardised(x, 20, 1e-3) * store["weight"].Reshape(6, 1, 1) + store["bias"].Reshape(6, 1, 1), layer.Forward(x));
    });

    [Fact]
    public void Norms_leave_constants_finite() => Float64(store =>
    {
        var x = Tensor.Full([2, 6, 1, 1], 3, ElementType.Float64);
        Close.Equal(x.ZerosLike(), new GroupNorm(store.Init()["group"], 3, 6).Forward(x));
        Close.Equal(x.ZerosLike(), new LayerNorm(store.Init()["layer"], [6, 1, 1]).Forward(x));
    });

    [Theory, InlineData(ElementType.Int64), InlineData(ElementType.Int32)]
    public void Embedding_looks_rows_up(ElementType type) => Float64(store =>
    {
        var layer = new Embedding(store.Init(), 5, 3);
        var rows = layer.Weight.ToArray<double>().Chunk(3).ToArray();
        var y = layer.Forward(Tensor.From<long>([4, 0, 4, 2], 2, 2).To(type));
        Assert.Equal([2, 2, 3], y.Shape);
        Close.Equal([.. rows[4], .. rows[0], .. rows[4], .. rows[2]], y);
    });

    [Fact]
    public void Gru_step() => Float64(store =>
    {
        const int N = 5;
        var cell = new GruCell(store.Init(), 3, N);
        var (x, h) = (Random(Batch, 3), Seed.Fork("h").Normal([Batch, N], ElementType.Float64));
        var states = h.ToArray<double>().Chunk(N).ToArray();
        var b = 0;
        var expected = Rows(x, r =>
        {
            var before = states[b++];
            var fromX = Affine(r, Read(store, "weight_ih"), Read(store, "bias_ih"));
            var fromH = Affine(before, Read(store, "weight_hh"), Read(store, "bias_hh"));
            return [.. Enumerable.Range(0, N).Select(j =>
            {
                var reset = Sigmoid(fromX[j] + fromH[j]);
                var update = Sigmoid(fromX[N + j] + fromH[N + j]);
                var candidate = Math.Tanh(fromX[2 * N + j] + reset * fromH[2 * N + j]);
                return (1 - update) * candidate + update * before[j];
            })];
        });
        Close.Equal(expected, cell.Forward(x, h));
    });

    [Fact]
    public void Lstm_step() => Float64(store =>
    {
        const int N = 5;
        var cell = new LstmCell(store.Init(), 3, N);
        var (x, h, c) = (Random(Batch, 3), Seed.Fork("h").Normal([Batch, N], ElementType.Float64), Seed.Fork("c").Normal([Batch, N], ElementType.Float64));
        var (states, memories) = (h.ToArray<double>().Chunk(N).ToArray(), c.ToArray<double>().Chunk(N).ToArray());
        var (nextH, nextC) = (new List<double>(), new List<double>());
        var xs = x.ToArray<double>().Chunk(3).ToArray();
        for (var b = 0; b < Batch; b++)
        {
            var fromX = Affine(xs[b], Read(store, "weight_ih"), Read(store, "bias_ih"));
            var fromH = Affine(states[b], Read(store, "weight_hh"), Read(store, "bias_hh"));
            for (var j = 0; j < N; j++)
            {
                double Gate(int k) => fromX[k * N + j] + fromH[k * N + j];
                var memory = Sigmoid(Gate(1)) * memories[b][j] + Sigmoid(Gate(0)) * Math.Tanh(Gate(2));
                nextC.Add(memory);
                nextH.Add(Sigmoid(Gate(3)) * Math.Tanh(memory));
            }
        }
        var (actualH, actualC) = cell.Forward(x, h, c);
        Close.Equal([.. nextH], actualH);
        Close.Equal([.. nextC], actualC);
    });

    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true)]
    public void Attention(bool isCausal, bool hasMemory) => Float64(store =>
    {
        const int Width = 6, Heads = 3, T = 5, D = Width / Heads;
        var s = hasMemory ? 2 : T;
        var layer = new MultiHeadAttention(store.Init(), Width, Heads, isCausal);
        Scramble(store);
        var x = Random(T, Width);
        var memory = hasMemory ? Seed.Fork("memory").Normal([s, Width], ElementType.Float64) : x;
        double[] Projected(Tensor of, int part) =>
            Rows(of, r => Affine(r, Read(store, "in_proj_weight")[(part * Width * Width)..((part + 1) * Width * Width)], Read(store, "in_proj_bias")[(part * Width)..((part + 1) * Width)]));
        var (q, k, v) = (Projected(x, 0), Projected(memory, 1), Projected(memory, 2));
        var gathered = new double[T * Width];
        for (var head = 0; head < Heads; head++)
            for (var t = 0; t < T; t++)
            {
                var weights = new double[s];
                for (var u = 0; u < (isCausal ? t + 1 : s); u++)
                {
                    var score = 0.0;
                    for (var d = 0; d < D; d++) score += q[t * Width + head * D + d] * k[u * Width + head * D + d];
                    weights[u] = Math.Exp(score / Math.Sqrt(D));
                }
                for (var u = 0; u < s; u++)
                    for (var d = 0; d < D; d++)
                        gathered[t * Width + head * D + d] += weights[u] / weights.Sum() * v[u * Width + head * D + d];
            }
        var expected = gathered.Chunk(Width).SelectMany(r => Affine(r, Read(store, "out_proj/weight"), Read(store, "out_proj/bias"))).ToArray();
        Close.Equal(expected, layer.Forward(x, hasMemory ? memory : null));
    });

    [Fact]
    public void Attention_survives_large_scores() => Float64(store =>
    {
        var layer = new MultiHeadAttention(store.Init(), 6, 2, isCausal: true);
        var y = layer.Forward(Random(Batch, 5, 6) * 1e6);
        Assert.True(y.IsFinite().All().Item<int>() == 1);
    });

    [Fact]
    public void Dropout_keeps_the_expectation() => Scoped(() =>
    {
        const double Rate = 0.3;
        const int N = 100_000;
        var x = Tensor.Ones([N], ElementType.Float64);
        using var pass = TrainingPass.Open(0, new Rng(5), ReadOnlyMemory<long>.Empty);
        var y = new Dropout(Rate).Forward(x).ToArray<double>();
        var kept = y.Count(v => v != 0);
        Assert.All(y, v => Assert.True(v == 0 || v == 1 / (1 - Rate)));
        var deviation = Math.Sqrt(N * Rate * (1 - Rate));
        Assert.InRange(kept, N * (1 - Rate) - 5 * deviation, N * (1 - Rate) + 5 * deviation);
    });

    [Fact]
    public void Dropout_draws_anew_in_each_place_and_step_of_training_and_not_elsewhere() => Scoped(() =>
    {
        var layer = new Dropout(0.3);
        var x = Random(Batch, 5);
        double[][] Pass(long step)
        {
            using var pass = TrainingPass.Open(step, new Rng(5), ReadOnlyMemory<long>.Empty);
            return [layer.Forward(x).ToArray<double>(), layer.Forward(x).ToArray<double>()];
        }
        Assert.Equal(Pass(1), Pass(1));
        Assert.Equal(4, Pass(1).Concat(Pass(2)).Select(y => string.Join(' ', y)).Distinct().Count());
        Assert.Same(x, layer.Forward(x));
        using var open = TrainingPass.Open(0, new Rng(5), ReadOnlyMemory<long>.Empty);
        Assert.Same(x, new Dropout(0).Forward(x));
    });

    [Fact]
    public void The_noise_of_training_belongs_to_the_example() => Scoped(() =>
    {
        long[] all = [3, 1, 4, 15, 9];
        Tensor Noise(long[] examples, params long[] shape)
        {
            using var pass = TrainingPass.Open(2, new Rng(5), examples);
            return pass.Uniform(new Shape(shape));
        }
        var alone = Noise([15], 1, 7);
        Assert.True(alone[0].Equal(Noise(all, 5, 7)[3]));
        Assert.True(Noise([15], 2, 1, 7)[.., 0].Equal(Noise(all, 2, 5, 7)[.., 3]));      // with particles
        Assert.True(Noise([15], 2, 7).Equal(Noise(all, 10, 7).Unflatten(0, 2, 5)[.., 3])); // both in one axis
        Assert.Null(TrainingPass.Current);
    });

    /// <summary>Runs of neighbouring elements, each less its mean and divided by √(variance + ε).</summary>
    private static Tensor Standardised(Tensor x, int run, double epsilon) => Tensor.From(x.ToArray<double>().Chunk(run).SelectMany(r =>
    {
        var mean = r.Average();
        var variance = r.Average(v => (v - mean) * (v - mean));
        return r.Select(v => (v - mean) / Math.Sqrt(variance + epsilon));
    }).ToArray(), x.Shape);

    private static void Scramble(ParameterStore store)
    {
        foreach (var p in store.Parameters) Seed.Fork(p.Path).Normal(p.Shape, ElementType.Float64).AsSpan<double>().CopyTo(p.Value.AsSpan<double>());
    }

    private static Tensor Convolve(Tensor x, Tensor weight, double[] bias, Size2d stride, Size2d padding, Size2d dilation, long groups)
    {
        var (n, inputs, height, width) = (x.Size(0), x.Size(1), x.Size(2), x.Size(3));
        var (outputs, perGroup, kernelHeight, kernelWidth) = (weight.Size(0), weight.Size(1), weight.Size(2), weight.Size(3));
        var (rows, columns) = ((height + 2 * padding.Height - dilation.Height * (kernelHeight - 1) - 1) / stride.Height + 1, (width + 2 * padding.Width - dilation.Width * (kernelWidth - 1) - 1) / stride.Width + 1);
        var (source, w) = (x.ToArray<double>(), weight.ToArray<double>());
        var y = new double[n * outputs * rows * columns];
        for (long b = 0; b < n; b++)
            for (long o = 0; o < outputs; o++)
                for (long r = 0; r < rows; r++)
                    for (long c = 0; c < columns; c++)
                    {
                        var sum = bias[o];
                        for (long i = 0; i < perGroup; i++)
                            for (long p = 0; p < kernelHeight; p++)
                                for (long q = 0; q < kernelWidth; q++)
                                {
                                    var (row, column) = (r * stride.Height + p * dilation.Height - padding.Height, c * stride.Width + q * dilation.Width - padding.Width);
                                    if (row < 0 || row >= height || column < 0 || column >= width) continue;
                                    var channel = o / (outputs / groups) * perGroup + i;
                                    sum += w[((o * perGroup + i) * kernelHeight + p) * kernelWidth + q] * source[((b * inputs + channel) * height + row) * width + column];
                                }
                        y[((b * outputs + o) * rows + r) * columns + c] = sum;
                    }
        return Tensor.From(y, n, outputs, rows, columns);
    }
}
