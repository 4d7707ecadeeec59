using Latent.Torch;

namespace Latent.Networks;

/// <summary>
/// A causal network of pictures in two stacks: a vertical one sees all rows above, a horizontal one of the pixel's own row what comes before
/// it, and the vertical one's features. So the outputs of a pixel depend on all pixels before it within reach, without a blind spot.
/// </summary>
/// <remarks>
/// <para>Source: van den Oord et al. 2016, Conditional image generation with PixelCNN decoders, figure 2; equations 3 and 4 for the context: a vector is
/// mapped to what is added before each gate, a feature map likewise pixel by pixel. Positions as a further such map: Chen et al. 2018, PixelSNAIL: an
/// improved autoregressive generative model, section 3 (there as channels of the input).</para>
/// <para>Shapes: x [*, C, H, W], context [*, F] or [*, F, H, W] → [*, sites, P]. Sites are the elements in row-major order, C H W of them; where all
/// colours of a pixel are predicted together, the pixels, H W of them. Layers <c>l</c> have the parameters of <see cref="GatedConvolution"/>,
/// <c>context</c> [4 channels, F], and <c>rows</c> [H, 1, 4 channels] and <c>columns</c> [W, 4 channels].</para>
/// <para>Initial values: those of <see cref="Linear"/>; rows and columns 0.</para>
/// <para>Numerics: each layer is one node, <see cref="FusedGatedConvolution"/>.</para>
/// </remarks>
public sealed class GatedPixelCnn
{
    private const int InnerKernel = 3;

    private readonly Layer[] layers;
    private readonly DenseWeights[] head;
    private readonly PixelSites sites;
    private readonly long channels;
    private readonly long contextFeatures;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="picture">The shape of an example, [C, H, W].</param>
    /// <param name="outputs">P, the numbers for each site.</param>
    /// <param name="channels">Features of a pixel in each stack, a multiple of the colours that are predicted one after the other.</param>
    /// <param name="layers">How many layers there are; all but the first have 3×3 kernels.</param>
    /// <param name="isPixelwise">Whether a site is a pixel with all its colours; else it is an element.</param>
    /// <param name="contextFeatures">F; 0 for no context.</param>
    /// <param name="kernel">The size of the first kernel, odd, at least 3.</param>
    /// <param name="hasPositions">Whether layers know the row and the column of a pixel; else they tell them only from margins within reach.</param>
    /// <exception cref="ArgumentException">A size is out of range, or channels do not divide into colours.</exception>
    public GatedPixelCnn(Init init, Shape picture, long outputs, long channels, int layers, bool isPixelwise = false, long contextFeatures = 0, int kernel = 7, bool hasPositions = false)
    {
        sites = new(picture, outputs, isPixelwise);
        this.channels = Arguments.MultipleOf(sites.Colors, channels);
        ArgumentOutOfRangeException.ThrowIfNegative(contextFeatures);
        this.contextFeatures = contextFeatures;
        if (kernel < 3 || kernel % 2 == 0) throw new ArgumentException($"The first kernel is of size {kernel}; take an odd one, at least 3, so that it sees pixels before its centre.", nameof(kernel));
        this.layers = [.. Enumerable.Range(0, checked((int)Arguments.Positive(layers))).Select(l => MakeLayer(init[l], l == 0 ? picture[0] : channels, l == 0 ? kernel : InnerKernel, isFirst: l == 0, hasPositions ? picture : null))];
        var (hidden, last) = (new Linear(init["hidden"], channels, channels), new Linear(init["last"], channels, sites.PerPixel));
        head =
        [
            new(hidden.Weight, hidden.Bias, Activation.Relu, ColorMask(init["hidden"], channels, channels)),
            new(last.Weight, last.Bias, Activation.Identity, ColorMask(init["last"], sites.PerPixel, channels)),
        ];
    }

    /// <summary>The numbers for each site, from those before it.</summary>
    /// <param name="x">Pictures.</param>
    /// <param name="context">What they depend on; null if F = 0.</param>
    /// <exception cref="ArgumentException">A shape does not fit, or the context is missing.</exception>
    public Tensor Forward(Tensor x, Tensor? context = null)
    {
        var batch = sites.BatchOf(x);
        var features = ContextOf(context, batch);
        var v = x.MergeBatch(batch).Permute(0, 2, 3, 1); // [N, H, W, C]
        var h = v;
        foreach (var layer in layers) (v, h) = FusedGatedConvolution.Apply(v, h, layer.Weights, layer.Condition(features));
        return sites.Split(FusedMlp.Apply(h.Relu(), head)).SplitBatch(batch);
    }

    /// <summary>The sites in the order in which each depends on those before.</summary>
    internal IReadOnlyList<long> Order => sites.Order;

    /// <summary>
    /// The same site by site, in their order, x being filled in: the vertical stack goes a row further when one is complete, the
    /// horizontal one a pixel further with each call.
    /// </summary>
    internal Func<long, Tensor> Sequence(Tensor x, Tensor? context)
    {
        var batch = sites.BatchOf(x);
        var picture = x.MergeBatch(batch).Permute(0, 2, 3, 1); // a view [N, H, W, C]: what is drawn appears in it
        var features = ContextOf(context, batch);
        LayerState[] states = [.. layers.Select(layer => new LayerState(layer.Weights, layer.Condition(features), picture))];
        var row = 0L;
        return site =>
        {
            var (r, column) = sites.Place(site);
            if (r > row)
            {
                var v = picture.Select(1, row);
                foreach (var state in states) v = state.NextRow(v);
                row = r;
            }
            if (column > 0) states[0].Put(column - 1, picture.Select(1, r).Select(1, column - 1)); // complete by now
            var h = picture.Select(1, r).Select(1, column);
            foreach (var state in states) h = state.At(r, column, h);
            return sites.At(FusedMlp.Apply(h.Relu(), head), site).SplitBatch(batch);
        };
    }

    private Layer MakeLayer(Init init, long inputs, int kernel, bool isFirst, Shape? positions)
    {
        var rows = kernel / 2 + 1;
        var taps = isFirst && sites.Colors == 1 ? kernel / 2 : kernel / 2 + 1; // what a mask of type A leaves
        var (vertical, horizontal) = (new Linear(init["vertical"], rows * kernel * inputs, 2 * channels), new Linear(init["horizontal"], taps * inputs + 2 * channels, 2 * channels));
        var output = new Linear(init["output"], channels, channels);
        Tensor? mask = null;
        if (sites.Colors > 1)
        {
            mask = init["horizontal"].Buffer("mask", () => Tensor.Cat(
            [
                Tensor.Ones([2 * channels, (taps - 1) * inputs], ElementType.Bool),
                sites.ColorMask(channels, inputs, isFirst ? MaskType.A : MaskType.B, halves: 2),
                Tensor.Ones([2 * channels, 2 * channels], ElementType.Bool), // the rows above
            ], 1).To(init.ElementType));
        }
        return new(
            new(rows, kernel, taps, !isFirst, vertical.Weight, vertical.Bias!, horizontal.Weight, horizontal.Bias!, output.Weight, output.Bias!), mask, ColorMask(init["output"], channels, channels),
            contextFeatures == 0 ? null : new Linear(init["context"], contextFeatures, 4 * channels, hasBias: false),
            positions is [_, var height, var width]
                ? (init.Parameter("rows", [height, 1, 4 * channels], Initializers.Zeros), init.Parameter("columns", [width, 4 * channels], Initializers.Zeros))
                : null);
    }

    private Tensor? ColorMask(Init init, long outputs, long inputs) =>
        sites.Colors == 1 ? null : init.Buffer("mask", () => sites.ColorMask(outputs, inputs, MaskType.B).To(init.ElementType));

    /// <summary>The context as [N, 1 or H W, F].</summary>
    private Tensor? ContextOf(Tensor? context, Shape batch)
    {
        if (contextFeatures == 0) return null;
        if (context is null) throw new ArgumentException($"The network depends on a context [*, F = {contextFeatures}], and none was given: pass what it is conditioned on.", nameof(context));
        if (context.Rank == batch.Rank + 1 && context.Size(-1) == contextFeatures) return context.Reshape([batch.Elements, 1, contextFeatures]);
        if (context.Rank == batch.Rank + 3 && context.Size(-3) == contextFeatures) return context.Flatten(-2, -1).MergeBatch(batch).Transpose(1, 2);
        throw Arguments.Misshapen(context, $"[*, F = {contextFeatures}]", "Give a vector of the features that the network was built for, or a map [*, F, H, W] of them, with the leading axes of x.");
    }

    private sealed record Layer(GatedConvolution Parameters, Tensor? HorizontalMask, Tensor? OutputMask, Linear? Context, (Tensor Rows, Tensor Columns)? Positions)
    {
        /// <summary>The weights as the masks let them through.</summary>
        public GatedConvolution Weights => HorizontalMask is null
            ? Parameters
            : Parameters with { Horizontal = Parameters.Horizontal * HorizontalMask, Output = Parameters.Output * OutputMask! };

        /// <summary>What is added before the gates, [1 or N, 1 or H W, 4 channels].</summary>
        public Tensor? Condition(Tensor? features)
        {
            var condition = Context?.Forward(features!);
            if (Positions is not var (rows, columns)) return condition;
            var positions = (rows + columns).Flatten(0, 1).Unsqueeze(0);
            return condition is null ? positions : condition + positions;
        }
    }

    /// <summary>What is kept of a layer while pictures are filled in.</summary>
    private sealed class LayerState
    {
        private readonly GatedConvolution layer;
        private readonly Tensor? condition;
        private readonly Tensor rows;  // the layer's input with margins, as many rows up to the last complete one as kernels cover [N, R, W + 2 margins, Ci]
        private readonly Tensor above; // before the gates of the vertical stack, in the row above the present one [N, W, 2 C]
        private readonly Tensor now;   // the horizontal stack's input in the present row, after a margin [N, margin + W, Ci]
        private readonly long width;
        private readonly int margin;
        private long complete;

        public LayerState(GatedConvolution layer, Tensor? condition, Tensor picture)
        {
            (this.layer, this.condition) = (layer, condition);
            margin = layer.Columns / 2;
            var count = picture.Size(0);
            width = picture.Size(2);
            var inputs = layer.Vertical.Size(1) / (layer.Rows * layer.Columns);
            Tensor Blank(params Shape shape) => Tensor.Zeros(shape, dtype: picture.ElementType, device: picture.Device);
            (rows, above, now) = (Blank(count, layer.Rows, width + 2 * margin, inputs), Blank(count, width, layer.Vertical.Size(0)), Blank(count, margin + width, inputs));
        }

        /// <summary>Takes a row of the vertical stack's input, and gives that of its output.</summary>
        public Tensor NextRow(Tensor row)
        {
            rows.CopyInPlace(Tensor.Cat([rows.Slice(1, 1), row.ConstantPadNd([0, 0, margin, margin]).Unsqueeze(1)], 1));
            var covered = Enumerable.Range(0, layer.Rows * layer.Columns).Select(tap => rows.Select(1, tap / layer.Columns).Narrow(1, tap % layer.Columns, width));
            var a = Tensor.Linear(Tensor.Cat([.. covered], -1), layer.Vertical, layer.VerticalBias);
            if (condition is not null) a += (condition.Size(1) == 1 ? condition : condition.Narrow(1, complete * width, width)).Slice(-1, 0, a.Size(-1));
            complete++;
            above.CopyInPlace(a);
            return Gate(a);
        }

        /// <summary>Writes the horizontal stack's input of a pixel.</summary>
        public void Put(long column, Tensor h) => now.Select(1, margin + column).CopyInPlace(h);

        /// <summary>Takes the horizontal stack's input of a pixel, and gives that of its output.</summary>
        public Tensor At(long row, long column, Tensor h)
        {
            Put(column, h);
            var b = Tensor.Linear(Tensor.Cat([now.Narrow(1, column, layer.Taps).Flatten(1), above.Select(1, column)], -1), layer.Horizontal, layer.HorizontalBias);
            if (condition is not null) b += condition.Select(1, condition.Size(1) == 1 ? 0 : row * width + column).Slice(-1, b.Size(-1));
            var output = Tensor.Linear(Gate(b), layer.Output, layer.OutputBias);
            return layer.IsResidual ? h + output : output;
        }

        private static Tensor Gate(Tensor x) => x.Chunk(2, -1) is [var content, var gate] ? content.Tanh() * gate.Sigmoid() : throw new ArgumentException("There are no halves to gate.", nameof(x));
    }
}
