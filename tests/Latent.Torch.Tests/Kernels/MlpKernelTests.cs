using System.Numerics;
using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class MlpKernelTests
{
    private const int Rows = 7;

    /// <summary>Widths from the input to the output, the activation of hidden layers, that of the last, and whether there are biases.</summary>
    public static TheoryData<int[], int, int, bool> Networks
    {
        get
        {
            var data = new TheoryData<int[], int, int, bool>();
            foreach (var activation in Enum.GetValues<Activation>())
            {
                data.Add([5, 17, 67, 3], (int)activation, (int)Activation.Identity, true);
                data.Add([3, 16, 1], (int)Activation.Tanh, (int)activation, false);
            }
            data.Add([1, 1], (int)Activation.Identity, (int)Activation.Identity, true);
            data.Add([5, 7, 7, 7], (int)Activation.Identity, (int)Activation.Silu, false);
            return data;
        }
    }

    private static double Value(Activation activation, double x) => activation switch
    {
        Activation.Relu => Math.Max(x, 0),
        Activation.LeakyRelu => x > 0 ? x : 0.01 * x,
        Activation.Elu => x > 0 ? x : Math.Exp(x) - 1,
        Activation.Softplus => Math.Log(1 + Math.Exp(x)),
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        _ => x,
    };

    /// <summary>A network with all its arrays; those that a pass writes have guards behind them.</summary>
    private sealed class Network<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private const int Guard = 3;
        public readonly T[] Input, OutputGradient;
        public readonly T[][] Weights, Biases;
        private readonly int[] _widths;
        private readonly Activation _hidden, _last;

        public Network(int[] widths, Activation hidden, Activation last, bool hasBias)
        {
            (_widths, _hidden, _last) = (widths, hidden, last);
            Input = Make(Rows * widths[0], 1);
            OutputGradient = Make(Rows * widths[^1], 2);
            Weights = [.. Enumerable.Range(0, widths.Length - 1).Select(l => Make(widths[l] * widths[l + 1], (ulong)l + 3))];
            Biases = [.. Enumerable.Range(0, widths.Length - 1).Select(l => hasBias ? Make(widths[l + 1], (ulong)l + 30) : [])];
        }

        public static T[] Make(int count, ulong seed) => Array.ConvertAll(Numbers.Spread(count, seed), v => T.CreateChecked(v));

        public (T[] Output, T[] InputGradient, T[][] WeightGradients, T[][] BiasGradients) Run(bool needsInputGradient = true, int frozen = 0, bool rounds = false)
        {
            var output = New(Rows * _widths[^1]);
            var inputGradient = New(Rows * _widths[0]);
            T[][] weightGradients = [.. Weights.Select(w => New(w.Length))], biasGradients = [.. Biases.Select(b => New(b.Length))];
            var layers = new DenseLayer<T>[Weights.Length];
            var gradients = new DenseGradient<T>[Weights.Length];
            var pins = new List<System.Buffers.MemoryHandle>();
            T* Pin(T[] array)
            {
                pins.Add(new Memory<T>(array).Pin());
                return (T*)pins[^1].Pointer;
            }
            for (var l = 0; l < layers.Length; l++)
            {
                layers[l] = new(_widths[l], _widths[l + 1], Pin(Weights[l]), Biases[l].Length == 0 ? null : Pin(Biases[l]), l == layers.Length - 1 ? _last : _hidden);
                if (l >= frozen) gradients[l] = new(Pin(weightGradients[l]), Biases[l].Length == 0 ? null : Pin(biasGradients[l]));
            }
            var kept = New((int)MlpKernel.KeptLength<T>(Rows, layers));
            var scratch = New((int)MlpKernel.ScratchLength<T>(Rows, layers));
            var rounded = new BFloat16[rounds ? MlpKernel.RoundedLength<T>(Rows, layers) + Guard : 0];
            var roundedScratch = new BFloat16[rounds ? scratch.Length : 0];
            T* x = Pin(Input), k = Pin(kept), y = Pin(output);
            fixed (BFloat16* r = rounded, rs = roundedScratch)
            {
                MlpKernel.Forward(Rows, x, layers, k, y, r);
                var gradientBefore = (T[])OutputGradient.Clone();
                MlpKernel.Backward(Rows, x, layers, k, y, Pin(OutputGradient), gradients, needsInputGradient ? Pin(inputGradient) : null, Pin(scratch), r, rs);
                Assert.Equal(gradientBefore, OutputGradient);
            }
            if (rounds) Assert.All(rounded[^Guard..].Concat(roundedScratch[^Guard..]), v => Assert.Equal(0, v.Bits));
            foreach (var pin in pins) pin.Dispose();
            foreach (var array in (T[][])[output, inputGradient, kept, scratch, .. weightGradients, .. biasGradients])
                Assert.All(array[^Guard..], v => Assert.Equal(T.CreateChecked(99), v));
            return (output[..^Guard], inputGradient[..^Guard], [.. weightGradients.Select(g => g[..^Guard])], [.. biasGradients.Select(g => g[..^Guard])]);
        }

        private static T[] New(int count)
        {
            var array = new T[count + Guard];
            Array.Fill(array, T.CreateChecked(99));
            return array;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Forward_equals_the_definition(int[] widths, int hidden, int last, bool hasBias)
    {
        var network = new Network<double>(widths, (Activation)hidden, (Activation)last, hasBias);
        var expected = network.Input;
        for (var l = 0; l < widths.Length - 1; l++)
        {
            var (below, inputs, outputs) = (expected, widths[l], widths[l + 1]);
            expected = new double[Rows * outputs];
            for (var i = 0; i < expected.Length; i++)
            {
                var (r, o) = (i / outputs, i % outputs);
                var sum = hasBias ? network.Biases[l][o] : 0;
                for (var j = 0; j < inputs; j++) sum += network.Weights[l][o * inputs + j] * below[r * inputs + j];
                expected[i] = Value((Activation)(l == widths.Length - 2 ? last : hidden), sum);
            }
        }
        var output = network.Run().Output;
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], output[i], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Gradients_equal_finite_differences(int[] widths, int hidden, int last, bool hasBias)
    {
        var network = new Network<double>(widths, (Activation)hidden, (Activation)last, hasBias);
        var (_, inputGradient, weightGradients, biasGradients) = network.Run();
        CheckSlopes(network, network.Input, inputGradient);
        for (var l = 0; l < widths.Length - 1; l++)
        {
            CheckSlopes(network, network.Weights[l], weightGradients[l]);
            CheckSlopes(network, network.Biases[l], biasGradients[l]);
        }
    }

    /// <summary>Central differences of Σ output · outputGradient at up to 19 elements of an array.</summary>
    private static void CheckSlopes(Network<double> network, double[] variable, double[] gradient)
    {
        const double Step = 1e-6;
        double Objective() => network.Run().Output.Zip(network.OutputGradient, (y, g) => y * g).Sum();
        for (var i = 0; i < variable.Length; i += 1 + variable.Length / 19)
        {
            var at = variable[i];
            variable[i] = at + Step;
            var above = Objective();
            variable[i] = at - Step;
            var slope = (above - Objective()) / (2 * Step);
            variable[i] = at;
            Assert.Equal(slope, gradient[i], 1e-7 * (1 + Math.Abs(slope)));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Single_precision_follows_double_precision(int[] widths, int hidden, int last, bool hasBias)
    {
        var single = new Network<float>(widths, (Activation)hidden, (Activation)last, hasBias).Run();
        var exact = new Network<double>(widths, (Activation)hidden, (Activation)last, hasBias).Run();
        Compare(exact.Output, single.Output);
        Compare(exact.InputGradient, single.InputGradient);
        for (var l = 0; l < widths.Length - 1; l++)
        {
            Compare(exact.WeightGradients[l], single.WeightGradients[l]);
            Compare(exact.BiasGradients[l], single.BiasGradients[l]);
        }

        static void Compare(double[] exact, float[] single)
        {
            var scale = exact.Append(1).Max(Math.Abs);
            for (var i = 0; i < exact.Length; i++) Assert.Equal(exact[i], single[i], 5e-6 * scale);
        }
    }

    [RequiresBFloat16Fact]
    public void Rounded_products_follow_double_precision_within_their_own()
    {
        foreach (var (widths, hidden, last, hasBias) in Networks.Select(row => ((int[])row[0], (Activation)(int)row[1], (Activation)(int)row[2], (bool)row[3])))
        {
            // Where a slope jumps, an input near the jump may be rounded to the other side.
            if (hidden is Activation.Relu or Activation.LeakyRelu || last is Activation.Relu or Activation.LeakyRelu) continue;
            var rounded = new Network<float>(widths, hidden, last, hasBias).Run(rounds: true);
            var exact = new Network<double>(widths, hidden, last, hasBias).Run();
            Compare(exact.Output, rounded.Output);
            Compare(exact.InputGradient, rounded.InputGradient);
            for (var l = 0; l < widths.Length - 1; l++)
            {
                Compare(exact.WeightGradients[l], rounded.WeightGradients[l]);
                Compare(exact.BiasGradients[l], rounded.BiasGradients[l]);
            }
        }

        // A factor is off by up to 2⁻⁹ of itself.
        static void Compare(double[] exact, float[] rounded)
        {
            var scale = exact.Append(1).Max(Math.Abs);
            for (var i = 0; i < exact.Length; i++) Assert.Equal(exact[i], rounded[i], 0.02 * scale);
        }
    }

    [RequiresBFloat16Fact]
    public void Threads_share_rounded_products_without_changing_the_result()
    {
        var network = new Network<float>([307, 257, 311, 3], Activation.Tanh, Activation.Identity, hasBias: true);
        OpenMpTests.With(1, () =>
        {
            var alone = network.Run(rounds: true);
            OpenMpTests.With(3, () =>
            {
                var shared = network.Run(rounds: true);
                Compare(alone.Output, shared.Output);
                Compare(alone.InputGradient, shared.InputGradient);
                for (var l = 0; l < 3; l++) Compare(alone.WeightGradients[l], shared.WeightGradients[l]);
            });
        });

        // Another order of summation can turn the rounding of the next factor: one unit of 2⁻⁸.
        static void Compare(float[] expected, float[] actual)
        {
            var scale = expected.Max(Math.Abs);
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-3 * scale);
        }
    }

    [Fact]
    public void Gradients_that_are_not_needed_are_not_written_and_change_no_other()
    {
        var network = new Network<double>([5, 17, 67, 3], Activation.Relu, Activation.Tanh, hasBias: true);
        var all = network.Run();
        var some = network.Run(needsInputGradient: false, frozen: 1);
        Assert.All(some.InputGradient, v => Assert.Equal(99, v));
        Assert.All(some.WeightGradients[0], v => Assert.Equal(99, v));
        Assert.All(some.BiasGradients[0], v => Assert.Equal(99, v));
        for (var l = 1; l < 3; l++)
        {
            Assert.Equal(all.WeightGradients[l], some.WeightGradients[l]);
            Assert.Equal(all.BiasGradients[l], some.BiasGradients[l]);
        }
        Assert.Equal(all.InputGradient, network.Run(frozen: 3).InputGradient);
    }

    [Fact]
    public void Threads_share_rows_and_outputs_without_changing_the_result()
    {
        // Large enough for a part each, and divisible by nothing.
        var network = new Network<double>([307, 257, 311, 3], Activation.Silu, Activation.Softplus, hasBias: true);
        OpenMpTests.With(1, () =>
        {
            var alone = network.Run();
            OpenMpTests.With(3, () =>
            {
                var shared = network.Run();
                Compare(alone.Output, shared.Output);
                Compare(alone.InputGradient, shared.InputGradient);
                for (var l = 0; l < 3; l++)
                {
                    Compare(alone.WeightGradients[l], shared.WeightGradients[l]);
                    Compare(alone.BiasGradients[l], shared.BiasGradients[l]);
                }
            });
        });

        static void Compare(double[] expected, double[] actual)
        {
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-12 * (1 + Math.Abs(expected[i])));
        }
    }

    [Fact]
    public void Relu_lets_no_gradient_and_no_NaN_through_where_it_is_flat()
    {
        float[] kept = [0, -0f, 1, float.NaN], gradient = [float.NaN, float.PositiveInfinity, 2, 3], result = new float[4];
        fixed (float* k = kept, g = gradient, r = result) ActivationPass.ApplySlope(Activation.Relu, 4, g, k, r);
        Assert.Equal([0, 0, 2, 3], result);
    }

    [Theory]
    [InlineData((int)Activation.Softplus, -15, 3.059022269256247e-7)]
    [InlineData((int)Activation.Elu, -15, 3.059023205018258e-7)]
    [InlineData((int)Activation.Silu, -15, -4.28262977331616e-6)]
    public void Slopes_far_below_zero_keep_their_digits(int activation, float x, double slope)
    {
        float one = 1, result = 0;
        ActivationPass.ApplySlope((Activation)activation, 1, &one, &x, &result);
        Assert.Equal(slope, result, 1e-6 * Math.Abs(slope));
    }

    [Fact]
    public void An_unknown_activation_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => { fixed (float* p = new float[1]) ActivationPass.AddBiasAndActivate((Activation)99, 1, 1, p, null, p); });
    }
}
