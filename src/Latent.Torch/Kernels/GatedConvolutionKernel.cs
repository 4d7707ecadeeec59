using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static Latent.Torch.Kernels.VectorMath;

namespace Latent.Torch.Kernels;

/// <summary>Forward and backward of <see cref="FusedGatedConvolution"/>, image by image: rows of pixels are gathered from a padded copy, a block at a time, and multiplied.</summary>
/// <remarks>
/// <para>What an image needs stays in a core's cache. Threads share the images; each adds up weight gradients of its own.</para>
/// <para>Layouts are those of the node's tensors.</para>
/// </remarks>
/// <typeparam name="T">Float or double.</typeparam>
/// <typeparam name="TFactor">The factors of products: <typeparamref name="T"/>, or <see cref="BFloat16"/> for floats.</typeparam>
internal static unsafe class GatedConvolutionKernel<T, TFactor> where T : unmanaged, INumberBase<T> where TFactor : unmanaged
{
    private const int PixelsPerBlock = 256;

    private static bool Rounds => typeof(T) != typeof(TFactor);

    /// <summary>Computes the outputs, and what comes before their gates.</summary>
    public static void Forward(GatedConvolutionShape s, GatedConvolutionWeights<T> weights, T* v, T* h, T* condition, T* a, T* b, T* outputV, T* outputH)
    {
        using var rounded = new AlignedMemory<TFactor>(WeightCount(s));
        var factors = Factors(s, weights, rounded.Pointer);
        var parts = Math.Clamp(s.Images, 1, OpenMp.Threads);
        OpenMp.Run(parts, part =>
        {
            using var room = new AlignedMemory<byte>(new Workspace(s, null).Bytes);
            var work = new Workspace(s, room.Pointer);
            for (var i = (int)((long)s.Images * part / parts); i < (long)s.Images * (part + 1) / parts; i++)
            {
                var (input, output) = ((nint)i * s.Pixels * s.Inputs, (nint)i * s.Pixels * s.Channels);
                var own = condition == null || s.ConditionedImages == 1 ? condition : condition + i * ConditionCount(s);
                ForwardOne(s, weights, factors, v + input, h + input, own, a + 2 * output, b + 2 * output, outputV + output, outputH + output, work);
            }
        });
    }

    /// <summary>Adds the gradients of the weights, and writes those of the inputs and conditions; null where nobody wants them. Null gradients of outputs stand for zero.</summary>
    public static void Backward(
        GatedConvolutionShape s, GatedConvolutionWeights<T> weights, T* v, T* h, T* a, T* b, T* gradientV, T* gradientH,
        GatedConvolutionWeights<T> weightGradients, T* inputV, T* inputH, T* condition)
    {
        using var rounded = new AlignedMemory<TFactor>(WeightCount(s));
        var factors = Factors(s, weights, rounded.Pointer);
        var parts = Math.Clamp(s.Images, 1, OpenMp.Threads);
        var (ofWeights, ofCondition) = ((nint)GradientCount(s), condition != null && s.ConditionedImages == 1 ? ConditionCount(s) : 0); // what parts share
        var count = ofWeights + ofCondition;
        using var others = new AlignedMemory<T>((parts - 1) * count);
        var shares = others.Pointer;
        new Span<T>(shares, checked((int)((parts - 1) * count))).Clear();
        OpenMp.Run(parts, part =>
        {
            using var room = new AlignedMemory<byte>(new Workspace(s, null).Bytes);
            var work = new Workspace(s, room.Pointer);
            var share = part == 0 ? null : shares + (part - 1) * count;
            var sums = share == null ? weightGradients : Within(s, share);
            var sharedCondition = share == null ? condition : share + ofWeights;
            for (var i = (int)((long)s.Images * part / parts); i < (long)s.Images * (part + 1) / parts; i++)
            {
                var (input, output) = ((nint)i * s.Pixels * s.Inputs, (nint)i * s.Pixels * s.Channels);
                BackwardOne(
                    s, factors, sums, v + input, h + input, a + 2 * output, b + 2 * output, At(gradientV, output), At(gradientH, output),
                    At(inputV, input), At(inputH, input), ofCondition > 0 ? sharedCondition : At(condition, i * ConditionCount(s)), work);
            }
        });
        for (var part = 1; part < parts; part++)
        {
            var share = shares + (part - 1) * count;
            AddAll(s, Within(s, share), weightGradients);
            if (ofCondition > 0) Add(ofCondition, share + ofWeights, condition);
        }

        static T* At(T* start, nint offset) => start == null ? null : start + offset;
    }

    private static void ForwardOne(
        GatedConvolutionShape s, GatedConvolutionWeights<T> weights, GatedConvolutionWeights<TFactor> factors, T* v, T* h, T* condition, T* a, T* b, T* outputV, T* outputH, in Workspace work)
    {
        var (gated, channels) = (s.Gated, s.Channels);
        Pad(v, work.V, s.Height, s.Width, s.Inputs, s.Rows - 1, s.Margin, s.Margin);
        for (var row = 0; row < s.Height; row += work.BlockRows)
        {
            var rows = Math.Min(work.BlockRows, s.Height - row);
            var (first, pixels) = ((nint)row * s.Width, rows * s.Width);
            GatherVertical(s, row, rows, work.V, work.Gathered);
            Multiply(false, true, pixels, gated, s.VerticalDepth, work.Gathered, s.VerticalDepth, factors.Vertical, s.VerticalDepth, a + first * gated, gated);
            AddAndGate(pixels, channels, a + first * gated, weights.VerticalBias, ConditionAt(s, condition, first), ConditionStride(s), outputV + first * channels);
        }
        Pad(h, work.H, s.Height, s.Width, s.Inputs, 0, s.Margin, 0);
        Pad(a, work.A, s.Height, s.Width, gated, 1, 0, 0);
        for (var row = 0; row < s.Height; row += work.BlockRows)
        {
            var rows = Math.Min(work.BlockRows, s.Height - row);
            var (first, pixels) = ((nint)row * s.Width, rows * s.Width);
            GatherHorizontal(s, row, rows, work.H, work.A, work.Gathered);
            Multiply(false, true, pixels, gated, s.HorizontalDepth, work.Gathered, s.HorizontalDepth, factors.Horizontal, s.HorizontalDepth, b + first * gated, gated);
            AddAndGate(pixels, channels, b + first * gated, weights.HorizontalBias, ConditionAt(s, condition, first, gated), ConditionStride(s), work.Gate);
            var gate = AsFactors(work.Gate, (nint)pixels * channels, work.GateFactors);
            Multiply(false, true, pixels, channels, channels, gate, channels, factors.Output, channels, outputH + first * channels, channels);
            AddRows(pixels, channels, outputH + first * channels, weights.OutputBias, s.IsResidual ? h + first * channels : null);
        }
    }

    private static void BackwardOne(
        GatedConvolutionShape s, GatedConvolutionWeights<TFactor> factors, GatedConvolutionWeights<T> sums, T* v, T* h, T* a, T* b, T* gradientV, T* gradientH,
        T* inputV, T* inputH, T* condition, in Workspace work)
    {
        var (gated, channels) = (s.Gated, s.Channels);
        new Span<T>(work.GradientA, checked((s.Height + 1) * s.Width * gated)).Clear();
        if (inputH != null) new Span<T>(work.GradientH, checked(s.Height * (s.Width + s.Margin) * s.Inputs)).Clear();
        if (gradientH != null)
        {
            Pad(h, work.H, s.Height, s.Width, s.Inputs, 0, s.Margin, 0);
            Pad(a, work.A, s.Height, s.Width, gated, 1, 0, 0);
            for (var row = 0; row < s.Height; row += work.BlockRows)
            {
                var rows = Math.Min(work.BlockRows, s.Height - row);
                var (first, pixels) = ((nint)row * s.Width, rows * s.Width);
                var own = gradientH + first * channels;
                var output = AsFactors(own, (nint)pixels * channels, work.OutputFactors);
                AddColumnSums(pixels, channels, own, sums.OutputBias);
                Multiply(false, false, pixels, channels, channels, output, channels, factors.Output, channels, work.GateGradient, channels);
                GateBackward(pixels, channels, b + first * gated, work.GateGradient, null, work.BeforeGate, work.Gate);
                var gate = AsFactors(work.Gate, (nint)pixels * channels, work.GateFactors);
                Multiply(true, false, channels, channels, pixels, output, channels, gate, channels, sums.Output, channels, adds: true);
                AddColumnSums(pixels, gated, work.BeforeGate, sums.HorizontalBias);
                AddCondition(s, pixels, work.BeforeGate, ConditionAt(s, condition, first, gated));

                GatherHorizontal(s, row, rows, work.H, work.A, work.Gathered);
                var before = AsFactors(work.BeforeGate, (nint)pixels * gated, work.BeforeGateFactors);
                Multiply(true, false, gated, s.HorizontalDepth, pixels, before, gated, work.Gathered, s.HorizontalDepth, sums.Horizontal, s.HorizontalDepth, adds: true);
                Multiply(false, false, pixels, s.HorizontalDepth, gated, before, gated, factors.Horizontal, s.HorizontalDepth, work.GatheredGradient, s.HorizontalDepth);
                ScatterHorizontal(s, row, rows, work.GatheredGradient, inputH == null ? null : work.GradientH, work.GradientA);
            }
        }
        if (inputH != null) Unpad(work.GradientH, inputH, s.Height, s.Width, s.Inputs, 0, s.Margin, 0, s.IsResidual ? gradientH : null);

        if (inputV != null) new Span<T>(work.GradientV, checked((s.Height + s.Rows - 1) * (s.Width + 2 * s.Margin) * s.Inputs)).Clear();
        Pad(v, work.V, s.Height, s.Width, s.Inputs, s.Rows - 1, s.Margin, s.Margin);
        for (var row = 0; row < s.Height; row += work.BlockRows)
        {
            var rows = Math.Min(work.BlockRows, s.Height - row);
            var (first, pixels) = ((nint)row * s.Width, rows * s.Width);
            // What the row below took of a row lies a row further down, as its padded copy did.
            GateBackward(pixels, channels, a + first * gated, gradientV == null ? null : gradientV + first * channels, work.GradientA + (first + s.Width) * gated, work.BeforeGate, null);
            AddColumnSums(pixels, gated, work.BeforeGate, sums.VerticalBias);
            AddCondition(s, pixels, work.BeforeGate, ConditionAt(s, condition, first));

            GatherVertical(s, row, rows, work.V, work.Gathered);
            var before = AsFactors(work.BeforeGate, (nint)pixels * gated, work.BeforeGateFactors);
            Multiply(true, false, gated, s.VerticalDepth, pixels, before, gated, work.Gathered, s.VerticalDepth, sums.Vertical, s.VerticalDepth, adds: true);
            if (inputV == null) continue;
            Multiply(false, false, pixels, s.VerticalDepth, gated, before, gated, factors.Vertical, s.VerticalDepth, work.GatheredGradient, s.VerticalDepth);
            ScatterVertical(s, row, rows, work.GatheredGradient, work.GradientV);
        }
        if (inputV != null) Unpad(work.GradientV, inputV, s.Height, s.Width, s.Inputs, s.Rows - 1, s.Margin, s.Margin, null);
    }

    /// <summary>C ← op(A) op(B), or added to C.</summary>
    private static void Multiply(bool transposeA, bool transposeB, int m, int n, int k, TFactor* a, int lda, TFactor* b, int ldb, T* c, int ldc, bool adds = false)
    {
        if (Rounds) BFloat16Gemm.Multiply(transposeA, transposeB, m, n, k, (BFloat16*)a, lda, (BFloat16*)b, ldb, (float*)c, ldc, adds);
        else Gemm<T>.Multiply(transposeA, transposeB, m, n, k, T.One, (T*)a, lda, (T*)b, ldb, adds ? T.One : T.Zero, c, ldc);
    }

    /// <summary>The numbers as factors: themselves, or rounded into <paramref name="room"/>.</summary>
    private static TFactor* AsFactors(T* source, nint count, TFactor* room)
    {
        if (!Rounds) return (TFactor*)source;
        BFloat16Rounding.Round(count, (float*)source, (BFloat16*)room);
        return room;
    }

    private static GatedConvolutionWeights<TFactor> Factors(GatedConvolutionShape s, GatedConvolutionWeights<T> weights, TFactor* room)
    {
        var (vertical, horizontal) = ((nint)s.Gated * s.VerticalDepth, (nint)s.Gated * s.HorizontalDepth);
        return new(
            AsFactors(weights.Vertical, vertical, room), null, AsFactors(weights.Horizontal, horizontal, room + vertical), null,
            AsFactors(weights.Output, (nint)s.Channels * s.Channels, room + vertical + horizontal), null);
    }

    private static long WeightCount(GatedConvolutionShape s) => Rounds ? (long)s.Gated * (s.VerticalDepth + s.HorizontalDepth) + (long)s.Channels * s.Channels : 0;

    private static long GradientCount(GatedConvolutionShape s) => (long)s.Gated * (s.VerticalDepth + s.HorizontalDepth + 2) + (long)s.Channels * (s.Channels + 1);

    /// <summary>Weights and biases one after the other in a buffer.</summary>
    private static GatedConvolutionWeights<T> Within(GatedConvolutionShape s, T* buffer)
    {
        var verticalBias = buffer + (nint)s.Gated * s.VerticalDepth;
        var horizontal = verticalBias + s.Gated;
        var horizontalBias = horizontal + (nint)s.Gated * s.HorizontalDepth;
        var output = horizontalBias + s.Gated;
        return new(buffer, verticalBias, horizontal, horizontalBias, output, output + (nint)s.Channels * s.Channels);
    }

    private static void AddAll(GatedConvolutionShape s, GatedConvolutionWeights<T> from, GatedConvolutionWeights<T> to)
    {
        Add((nint)s.Gated * s.VerticalDepth, from.Vertical, to.Vertical);
        Add(s.Gated, from.VerticalBias, to.VerticalBias);
        Add((nint)s.Gated * s.HorizontalDepth, from.Horizontal, to.Horizontal);
        Add(s.Gated, from.HorizontalBias, to.HorizontalBias);
        Add((nint)s.Channels * s.Channels, from.Output, to.Output);
        Add(s.Channels, from.OutputBias, to.OutputBias);
    }

    /// <summary>The condition of a pixel, from its channel on.</summary>
    private static T* ConditionAt(GatedConvolutionShape s, T* condition, nint pixel, int channel = 0) =>
        condition == null ? null : condition + pixel * ConditionStride(s) + channel;

    private static nint ConditionCount(GatedConvolutionShape s) => (nint)s.Conditions * 2 * s.Gated;

    private static int ConditionStride(GatedConvolutionShape s) => s.Conditions > 1 ? 2 * s.Gated : 0;

    /// <summary>The image as factors between rows and columns of zeros.</summary>
    private static void Pad(T* image, TFactor* padded, int height, int width, int depth, int top, int left, int right)
    {
        var (line, row) = ((left + width + right) * depth, width * depth);
        new Span<TFactor>(padded, top * line).Clear();
        padded += (nint)top * line;
        for (var r = 0; r < height; r++, padded += line, image += row)
        {
            new Span<TFactor>(padded, left * depth).Clear();
            if (Rounds) BFloat16Rounding.Round(row, (float*)image, (BFloat16*)padded + left * depth);
            else new Span<T>(image, row).CopyTo(new Span<T>((T*)padded + left * depth, row));
            new Span<TFactor>(padded + left * depth + row, right * depth).Clear();
        }
    }

    /// <summary>The image out of its margins, plus <paramref name="other"/> if that is not null.</summary>
    private static void Unpad(T* padded, T* image, int height, int width, int depth, int top, int left, int right, T* other)
    {
        var (line, row) = ((left + width + right) * depth, width * depth);
        padded += (nint)top * line + left * depth;
        for (var r = 0; r < height; r++, padded += line, image += row)
        {
            new Span<T>(padded, row).CopyTo(new Span<T>(image, row));
            if (other == null) continue;
            Add(row, other, image);
            other += row;
        }
    }

    private static void GatherVertical(GatedConvolutionShape s, int row, int rows, TFactor* padded, TFactor* gathered)
    {
        var line = (s.Width + 2 * s.Margin) * s.Inputs;
        var run = s.Columns * s.Inputs;
        for (var r = row; r < row + rows; r++)
            for (var c = 0; c < s.Width; c++)
                for (var k = 0; k < s.Rows; k++, gathered += run)
                    Unsafe.CopyBlockUnaligned(gathered, padded + (nint)(r + k) * line + c * s.Inputs, (uint)(run * sizeof(TFactor)));
    }

    private static void ScatterVertical(GatedConvolutionShape s, int row, int rows, T* gathered, T* padded)
    {
        var line = (s.Width + 2 * s.Margin) * s.Inputs;
        var run = s.Columns * s.Inputs;
        for (var r = row; r < row + rows; r++)
            for (var c = 0; c < s.Width; c++)
                for (var k = 0; k < s.Rows; k++, gathered += run)
                    Add(run, gathered, padded + (nint)(r + k) * line + c * s.Inputs);
    }

    private static void GatherHorizontal(GatedConvolutionShape s, int row, int rows, TFactor* h, TFactor* a, TFactor* gathered)
    {
        var run = s.Taps * s.Inputs;
        for (var r = row; r < row + rows; r++)
            for (var c = 0; c < s.Width; c++, gathered += s.HorizontalDepth)
            {
                Unsafe.CopyBlockUnaligned(gathered, h + ((nint)r * (s.Width + s.Margin) + c) * s.Inputs, (uint)(run * sizeof(TFactor)));
                Unsafe.CopyBlockUnaligned(gathered + run, a + ((nint)r * s.Width + c) * s.Gated, (uint)(s.Gated * sizeof(TFactor)));
            }
    }

    private static void ScatterHorizontal(GatedConvolutionShape s, int row, int rows, T* gathered, T* h, T* a)
    {
        var run = s.Taps * s.Inputs;
        for (var r = row; r < row + rows; r++)
            for (var c = 0; c < s.Width; c++, gathered += s.HorizontalDepth)
            {
                if (h != null) Add(run, gathered, h + ((nint)r * (s.Width + s.Margin) + c) * s.Inputs);
                new Span<T>(gathered + run, s.Gated).CopyTo(new Span<T>(a + ((nint)r * s.Width + c) * s.Gated, s.Gated)); // taken by this pixel alone
            }
    }

    /// <summary>before += bias + condition, result = tanh of its first half times σ of its second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddAndGate(int pixels, int channels, T* before, T* bias, T* condition, int conditionStride, T* result)
    {
        for (var p = 0; p < pixels; p++, before += 2 * channels, result += channels, condition += conditionStride)
            for (var c = 0; c < channels; c += Vector512<T>.Count)
            {
                var left = channels - c;
                var (first, second) = (Load(before + c, left) + Load(bias + c, left), Load(before + channels + c, left) + Load(bias + channels + c, left));
                if (condition != null) (first, second) = (first + Load(condition + c, left), second + Load(condition + channels + c, left));
                Store(first, before + c, left);
                Store(second, before + channels + c, left);
                Store(Tanh(first) * Sigmoid(second), result + c, left);
            }
    }

    /// <summary>The gradient before a gate, of that after it (null for zero) plus <paramref name="more"/>; and the gate's output again, where it is asked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GateBackward(int pixels, int channels, T* before, T* gradient, T* more, T* result, T* output)
    {
        var one = Constant<T>(1);
        for (var p = 0; p < pixels; p++)
        {
            for (var c = 0; c < channels; c += Vector512<T>.Count)
            {
                var left = channels - c;
                var (t, g) = (Tanh(Load(before + c, left)), Sigmoid(Load(before + channels + c, left)));
                if (output != null) Store(t * g, output + c, left);
                var own = gradient == null ? Vector512<T>.Zero : Load(gradient + c, left);
                var (first, second) = (own * g * (one - t * t), own * t * g * (one - g));
                if (more != null) (first, second) = (first + Load(more + c, left), second + Load(more + channels + c, left));
                Store(first, result + c, left);
                Store(second, result + channels + c, left);
            }
            before += 2 * channels;
            result += 2 * channels;
            if (gradient != null) gradient += channels;
            if (more != null) more += 2 * channels;
            if (output != null) output += channels;
        }
    }

    /// <summary>Adds a bias, and other numbers if not null, to each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRows(int rows, int columns, T* x, T* bias, T* other)
    {
        for (var r = 0; r < rows; r++, x += columns)
        {
            for (var c = 0; c < columns; c += Vector512<T>.Count)
            {
                var sum = Load(x + c, columns - c) + Load(bias + c, columns - c);
                Store(other == null ? sum : sum + Load(other + c, columns - c), x + c, columns - c);
            }
            if (other != null) other += columns;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddColumnSums(int rows, int columns, T* x, T* sums)
    {
        for (var c = 0; c < columns; c += Vector512<T>.Count)
        {
            var left = columns - c;
            var sum = Load(sums + c, left);
            for (var r = 0; r < rows; r++) sum += Load(x + (nint)r * columns + c, left);
            Store(sum, sums + c, left);
        }
    }

    private static void AddCondition(GatedConvolutionShape s, int pixels, T* gradient, T* condition)
    {
        if (condition == null) return;
        if (ConditionStride(s) == 0) AddColumnSums(pixels, s.Gated, gradient, condition);
        else for (var p = 0; p < pixels; p++) Add(s.Gated, gradient + (nint)p * s.Gated, condition + (nint)p * ConditionStride(s));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(nint count, T* from, T* to)
    {
        for (nint i = 0; i < count; i += Vector512<T>.Count) Store(Load(to + i, count - i) + Load(from + i, count - i), to + i, count - i);
    }

    /// <summary>The memory that one image takes, forward or backward.</summary>
    private readonly struct Workspace
    {
        private const int Alignment = 64;

        /// <summary>Lays it out from an aligned address on; at null, to see how much it is.</summary>
        public Workspace(GatedConvolutionShape s, byte* start)
        {
            BlockRows = Math.Clamp(PixelsPerBlock / s.Width, 1, s.Height);
            var pixels = BlockRows * s.Width;
            var depth = Math.Max(s.VerticalDepth, s.HorizontalDepth);
            var (sizeV, sizeH, sizeA) = ((s.Height + s.Rows - 1) * (s.Width + 2 * s.Margin) * s.Inputs, s.Height * (s.Width + s.Margin) * s.Inputs, (s.Height + 1) * s.Width * s.Gated);
            var at = start;
            V = (TFactor*)Take(ref at, sizeV * sizeof(TFactor));
            H = (TFactor*)Take(ref at, sizeH * sizeof(TFactor));
            A = (TFactor*)Take(ref at, sizeA * sizeof(TFactor));
            GradientV = (T*)Take(ref at, sizeV * sizeof(T));
            GradientH = (T*)Take(ref at, sizeH * sizeof(T));
            GradientA = (T*)Take(ref at, sizeA * sizeof(T));
            Gathered = (TFactor*)Take(ref at, pixels * depth * sizeof(TFactor));
            GatheredGradient = (T*)Take(ref at, pixels * depth * sizeof(T));
            BeforeGate = (T*)Take(ref at, pixels * s.Gated * sizeof(T));
            BeforeGateFactors = (TFactor*)Take(ref at, pixels * s.Gated * sizeof(TFactor));
            Gate = (T*)Take(ref at, pixels * s.Channels * sizeof(T));
            GateFactors = (TFactor*)Take(ref at, pixels * s.Channels * sizeof(TFactor));
            GateGradient = (T*)Take(ref at, pixels * s.Channels * sizeof(T));
            OutputFactors = (TFactor*)Take(ref at, pixels * s.Channels * sizeof(TFactor));
            Bytes = at - start;
        }

        public long Bytes { get; }

        /// <summary>Rows of an image that are multiplied at a time.</summary>
        public int BlockRows { get; }

        /// <summary>v, h and a with their margins.</summary>
        public TFactor* V { get; }
        public TFactor* H { get; }
        public TFactor* A { get; }

        /// <summary>Their gradients.</summary>
        public T* GradientV { get; }
        public T* GradientH { get; }
        public T* GradientA { get; }

        /// <summary>What the kernels of a block's pixels cover, pixel by pixel, and its gradient.</summary>
        public TFactor* Gathered { get; }
        public T* GatheredGradient { get; }

        /// <summary>The gradient before a gate.</summary>
        public T* BeforeGate { get; }
        public TFactor* BeforeGateFactors { get; }

        /// <summary>The output of the horizontal gate.</summary>
        public T* Gate { get; }
        public TFactor* GateFactors { get; }

        /// <summary>Its gradient.</summary>
        public T* GateGradient { get; }

        /// <summary>The gradient of the horizontal output, rounded.</summary>
        public TFactor* OutputFactors { get; }

        private static byte* Take(ref byte* at, int bytes)
        {
            var taken = at;
            at += (bytes + Alignment - 1) / Alignment * Alignment;
            return taken;
        }
    }
}
