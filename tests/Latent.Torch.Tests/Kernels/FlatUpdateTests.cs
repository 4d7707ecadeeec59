using System.Numerics;
using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class FlatUpdateTests
{
    private const double Rate = 0.05, Beta1 = 0.8, Beta2 = 0.95, Epsilon = 1e-3, Decay = 0.1, Momentum = 0.9;
    private const int Steps = 10;

    /// <summary>A flat buffer of parameters with gradients per parameter and replica, all in arrays that stay where they are.</summary>
    private sealed class Flat<T> where T : unmanaged, INumber<T>
    {
        public readonly T[] Values, First, Second, Average;
        /// <summary>[parameter][replica]; null for a replica without a gradient.</summary>
        public readonly T[]?[][] Gradients;
        private readonly (int Offset, int Length)[] _parts;

        /// <summary>A gap follows each parameter, as alignment would leave it.</summary>
        public Flat(int[] lengths, int replicas, int gap = 3)
        {
            _parts = new (int, int)[lengths.Length];
            var offset = gap;
            for (var i = 0; i < lengths.Length; i++)
            {
                _parts[i] = (offset, lengths[i]);
                offset += lengths[i] + gap;
            }
            Values = Make(offset, 1);
            First = Pinned(offset);
            Second = Pinned(offset);
            Average = Make(offset, 2);
            Gradients = [.. lengths.Select(length => Enumerable.Range(0, replicas).Select(_ => (T[]?)Pinned(length)).ToArray())];
        }

        public IReadOnlyList<(int Offset, int Length)> Parts => _parts;

        private static T[] Pinned(int length) => GC.AllocateArray<T>(length, pinned: true);

        private static T[] Make(int length, ulong seed)
        {
            var array = Pinned(length);
            Array.ConvertAll(Numbers.Spread(length, seed), v => T.CreateChecked(v)).CopyTo(array, 0);
            return array;
        }

        public void FillGradients(int step)
        {
            for (var i = 0; i < Gradients.Length; i++)
            {
                for (var r = 0; r < Gradients[i].Length; r++)
                {
                    if (Gradients[i][r] is { } g)
                        Array.ConvertAll(Numbers.Spread(g.Length, (ulong)(1000 * step + 10 * i + r)), v => T.CreateChecked(v)).CopyTo(g, 0);
                }
            }
        }

        public static T* At(T[]? pinned) => pinned == null ? null : (T*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);

        public delegate TResult OnSegments<TResult>(ReadOnlySpan<GradientSegment<T>> segments);

        public TResult WithSegments<TResult>(OnSegments<TResult> body)
        {
            var replicas = Gradients.Max(g => g.Length);
            var pointers = stackalloc T*[Gradients.Length * replicas];
            var segments = new GradientSegment<T>[Gradients.Length];
            for (var i = 0; i < segments.Length; i++)
            {
                for (var r = 0; r < replicas; r++) pointers[i * replicas + r] = At(Gradients[i][r]);
                segments[i] = new(_parts[i].Offset, _parts[i].Length, pointers + i * replicas, replicas);
            }
            return body(segments);
        }

        public void Adam(int step, bool decoupled, double scale = 1, double averageDecay = 0.9, bool zero = false, int threads = 1) => WithSegments(segments =>
        {
            var rule = new AdamRule<T>(At(First), At(Second), Rate, Beta1, Beta2, Epsilon, Decay, decoupled, step);
            FlatUpdate.Apply(rule, At(Values), segments, scale, At(Average), averageDecay, zero, threads);
            return 0;
        });
    }

    public static TheoryData<int[]> Lengths => [[1], [7, 16], [17, 1, 67], [40000]];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Adam_follows_the_published_algorithm(int[] lengths)
    {
        foreach (var decoupled in (bool[])[false, true])
        {
            foreach (var replicas in (int[])[1, 2, 3])
            {
                CheckAdam<double>(lengths, replicas, decoupled, 1e-14);
                CheckAdam<float>(lengths, replicas, decoupled, 2e-6);
            }
        }
    }

    private static void CheckAdam<T>(int[] lengths, int replicas, bool decoupled, double tolerance) where T : unmanaged, INumber<T>
    {
        const double Scale = 0.7, AverageDecay = 0.9;
        var flat = new Flat<T>(lengths, replicas);
        var p = Array.ConvertAll(flat.Values, double.CreateChecked);
        var average = Array.ConvertAll(flat.Average, double.CreateChecked);
        double[] m = new double[p.Length], v = new double[p.Length];
        for (var step = 1; step <= Steps; step++)
        {
            flat.FillGradients(step);
            flat.Adam(step, decoupled, Scale, AverageDecay);
            for (var s = 0; s < flat.Parts.Count; s++)
            {
                for (var j = 0; j < flat.Parts[s].Length; j++)
                {
                    var i = flat.Parts[s].Offset + j;
                    var g = Scale * flat.Gradients[s].Sum(r => double.CreateChecked(r![j]));
                    if (decoupled) p[i] -= Rate * Decay * p[i];
                    else g += Decay * p[i];
                    m[i] = Beta1 * m[i] + (1 - Beta1) * g;
                    v[i] = Beta2 * v[i] + (1 - Beta2) * g * g;
                    var mHat = m[i] / (1 - Math.Pow(Beta1, step));
                    var vHat = v[i] / (1 - Math.Pow(Beta2, step));
                    p[i] -= Rate * mHat / (Math.Sqrt(vHat) + Epsilon);
                    average[i] = AverageDecay * average[i] + (1 - AverageDecay) * p[i];
                }
            }
        }
        // Gaps are part of the comparison: nothing may have touched them.
        for (var i = 0; i < p.Length; i++)
        {
            Assert.Equal(p[i], double.CreateChecked(flat.Values[i]), tolerance);
            Assert.Equal(average[i], double.CreateChecked(flat.Average[i]), tolerance);
            Assert.Equal(m[i], double.CreateChecked(flat.First[i]), tolerance);
            Assert.Equal(v[i], double.CreateChecked(flat.Second[i]), tolerance);
        }
    }

    /// <summary>Ten steps from (1, −2, 3) with gradients sin(t + i), by PyTorch 1.13 in float64.</summary>
    [Theory]
    [InlineData("Adam", 0.7960841195315566, -1.9495409652737803, 2.900764039388832)]
    [InlineData("AdamW", 0.7932278191561404, -1.9611925843190297, 2.9310241923262983)]
    [InlineData("SGD", 0.45978301621345724, -1.6620191922502938, 2.6853476623018784)]
    public void Results_equal_those_of_PyTorch(string optimizer, params double[] expected)
    {
        double[] p = [1, -2, 3], first = new double[3], second = new double[3], gradient = new double[3];
        fixed (double* values = p, m = first, v = second, g = gradient)
        {
            var gradients = g;
            var segment = new GradientSegment<double>(0, 3, &gradients, 1);
            for (var t = 1; t <= Steps; t++)
            {
                for (var i = 0; i < 3; i++) gradient[i] = Math.Sin(t + i);
                if (optimizer == "SGD") FlatUpdate.Apply(new SgdRule<double>(m, Rate, Momentum, Decay), values, [segment]);
                else FlatUpdate.Apply(new AdamRule<double>(m, v, Rate, Beta1, Beta2, Epsilon, Decay, optimizer == "AdamW", t), values, [segment]);
            }
        }
        for (var i = 0; i < 3; i++) Assert.Equal(expected[i], p[i], 1e-14);
    }

    [Fact]
    public void Descent_without_momentum_needs_no_state()
    {
        float[] p = [1, 2], gradient = [3, -4];
        fixed (float* values = p, g = gradient)
        {
            var gradients = g;
            FlatUpdate.Apply(new SgdRule<float>(null, 0.5, momentum: 0, weightDecay: 0), values, [new GradientSegment<float>(0, 2, &gradients, 1)]);
        }
        Assert.Equal([-0.5f, 4], p);
    }

    [Fact]
    public void A_replica_without_a_gradient_counts_as_zero()
    {
        Flat<float> one = new([17], 1), three = new([17], 3);
        three.Gradients[0][0] = null;
        three.Gradients[0][2] = null;
        one.FillGradients(1);
        one.Gradients[0][0]!.CopyTo(three.Gradients[0][1]!, 0);
        one.Adam(1, decoupled: false);
        three.Adam(1, decoupled: false);
        Assert.Equal(one.Values, three.Values);
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays_with_its_moments_while_its_average_moves_on()
    {
        var flat = new Flat<double>([5, 7], 2);
        flat.Gradients[0][0] = flat.Gradients[0][1] = null;
        var (values, average) = ((double[])flat.Values.Clone(), (double[])flat.Average.Clone());
        flat.FillGradients(1);
        flat.Adam(1, decoupled: true);
        var (offset, length) = flat.Parts[0];
        for (var i = offset; i < offset + length; i++)
        {
            Assert.Equal(values[i], flat.Values[i]);
            Assert.Equal(0, flat.First[i]);
            Assert.Equal(0, flat.Second[i]);
            Assert.Equal(0.9 * average[i] + 0.1 * values[i], flat.Average[i], 1e-15);
        }
        Assert.NotEqual(values[flat.Parts[1].Offset], flat.Values[flat.Parts[1].Offset]);
    }

    [Fact]
    public void Gradients_are_zeroed_on_request_only()
    {
        var flat = new Flat<float>([7, 67], 2);
        flat.FillGradients(1);
        flat.Adam(1, decoupled: false);
        Assert.All(flat.Gradients, g => Assert.All(g, r => Assert.DoesNotContain(0f, r!)));
        flat.Adam(2, decoupled: false, zero: true);
        Assert.All(flat.Gradients, g => Assert.All(g, r => Assert.All(r!, v => Assert.Equal(0, v))));
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_bit()
    {
        int[] lengths = [100003, 17, 99991, 1, 67];
        Flat<float> one = new(lengths, 2), two = new(lengths, 2), many = new(lengths, 2);
        for (var step = 1; step <= 3; step++)
        {
            foreach (var flat in (Flat<float>[])[one, two, many]) flat.FillGradients(step);
            one.Adam(step, decoupled: true, threads: 1);
            two.Adam(step, decoupled: true, threads: 2);
            many.Adam(step, decoupled: true, threads: 7);
            var norms = ((Flat<float>, int)[])[(one, 1), (two, 2), (many, 7)];
            Assert.Single(norms.Select(n => n.Item1.WithSegments(s => GradientNorm.Compute(s, 0.5, n.Item2))).Distinct());
        }
        Assert.Equal(one.Values, two.Values);
        Assert.Equal(one.Values, many.Values);
        Assert.Equal(one.Average, two.Average);
        Assert.Equal(one.Average, many.Average);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_norm_is_that_of_the_scaled_sum_over_replicas(int threads)
    {
        CheckNorm<float>([1, 17, 0, 66666, 16384, 67], threads);
        CheckNorm<double>([7, 40001], threads);
    }

    private static void CheckNorm<T>(int[] lengths, int threads) where T : unmanaged, INumber<T>
    {
        const double Scale = -0.5;
        var flat = new Flat<T>(lengths, 2);
        flat.Gradients[0][1] = null;
        flat.FillGradients(1);
        var sum = 0.0;
        for (var i = 0; i < lengths.Length; i++)
        {
            for (var j = 0; j < lengths[i]; j++)
            {
                var g = T.Zero;
                foreach (var replica in flat.Gradients[i]) g += replica == null ? T.Zero : replica[j];
                sum += Math.Pow(Scale * double.CreateChecked(g), 2);
            }
        }
        var norm = flat.WithSegments(segments => GradientNorm.Compute(segments, Scale, threads));
        Assert.Equal(Math.Sqrt(sum), norm, 1e-12 * norm);
    }

    [Fact]
    public void Nothing_has_the_norm_zero_and_is_updated_in_no_time()
    {
        Assert.Equal(0, GradientNorm.Compute<float>([]));
        FlatUpdate.Apply<float, SgdRule<float>>(new(null, 1, 0, 0), null, []);
    }
}
