using Latent.Torch;

namespace Latent.Networks;

/// <summary>
/// A causal network of pictures in the form of a U: two streams, of which one sees all rows above and the other also the pixels to the left,
/// go through gated residual blocks to lower resolutions and back, with shortcuts across. The outputs of a pixel depend on all pixels before
/// it, and describe all its colours together.
/// </summary>
/// <remarks>
/// <para>Source: Salimans et al. 2017, PixelCNN++, sections 2.3 to 2.5 and figure 2. A block is h + a σ(b) with (a, b) = W₂ ⋆ D(f(W₁ ⋆ f(h) + V f(s))), where
/// s is what comes across or from the other stream, D dropout, and f(x) = elu([x, −x]).</para>
/// <para>Shapes: x [*, C, H, W] → [*, H W, P].</para>
/// <para>Cost: site by site each pixel takes a pass over the rows down to its own.</para>
/// <para>Deviation: without weight normalisation and its data-dependent initialisation.</para>
/// </remarks>
public sealed class PixelCnnPlusPlus
{
    private static readonly Size2d Down = (2, 3), Right = (2, 2); // kernels that see rows from above, and of these the columns to the left

    private readonly Conv2d firstDown;
    private readonly Conv2d firstAbove;
    private readonly Conv2d firstLeft;
    private readonly Stage[] descent;
    private readonly Stage[] ascent;
    private readonly Conv2d[][] halvings;
    private readonly ConvTranspose2d[][] doublings;
    private readonly Conv2d last;
    private readonly PixelSites sites;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="picture">The shape of an example, [C, H, W]; H and W divide by two as often as the resolution is halved.</param>
    /// <param name="outputs">P, the numbers for each pixel.</param>
    /// <param name="channels">Features of a pixel in each stream.</param>
    /// <param name="layers">Residual blocks of each stream at each resolution, on the way down as on the way up.</param>
    /// <param name="resolutions">How many resolutions there are: each has half the height and width of the one before.</param>
    /// <param name="dropout">The rate of dropout within blocks.</param>
    /// <exception cref="ArgumentException">A size is out of range, or height or width do not divide.</exception>
    public PixelCnnPlusPlus(Init init, Shape picture, long outputs, long channels, int layers, int resolutions = 3, double dropout = 0.5)
    {
        sites = new(picture, outputs, isPixelwise: true);
        Arguments.Positive(channels);
        Arguments.Positive(layers);
        var factor = 1L << checked((int)Arguments.Positive(resolutions) - 1);
        foreach (var size in picture[1..])
            if (size % factor != 0) throw new ArgumentException($"A picture {picture} cannot be halved {resolutions - 1} times: take fewer resolutions.", nameof(resolutions));
        firstDown = new(init["first"]["down"], picture[0] + 1, channels, Down);
        firstAbove = new(init["first"]["above"], picture[0] + 1, channels, (1, 3));
        firstLeft = new(init["first"]["left"], picture[0] + 1, channels, (2, 1));
        var noise = new Dropout(dropout);
        descent = [.. Enumerable.Range(0, resolutions).Select(k => new Stage(init["descent"][k], channels, layers, 0, noise))];
        // The first stage up takes as many shortcuts as there are at the lowest resolution, the others one more.
        ascent = [.. Enumerable.Range(0, resolutions).Select(k => new Stage(init["ascent"][k], channels, k == 0 ? layers : layers + 1, 1, noise))];
        halvings = [.. Enumerable.Range(0, resolutions - 1).Select(k => new[] { new Conv2d(init["halving"][k]["down"], channels, channels, Down, stride: 2), new Conv2d(init["halving"][k]["right"], channels, channels, Right, stride: 2) })];
        doublings = [.. Enumerable.Range(0, resolutions - 1).Select(k => new[] { new ConvTranspose2d(init["doubling"][k]["down"], channels, channels, Down, stride: 2, outputPadding: (0, 1)), new ConvTranspose2d(init["doubling"][k]["right"], channels, channels, Right, stride: 2) })];
        last = new(init["last"], channels, outputs, 1);
    }

    /// <summary>The numbers for each pixel, from those before it.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, C, H, W] of the network's sizes.</exception>
    public Tensor Forward(Tensor x)
    {
        var batch = sites.BatchOf(x);
        return sites.Split(Pass(x.MergeBatch(batch))).SplitBatch(batch);
    }

    /// <summary>The same site by site, x being filled in.</summary>
    internal Func<long, Tensor> Sequence(Tensor x)
    {
        var batch = sites.BatchOf(x);
        var picture = x.MergeBatch(batch); // a view: what is drawn appears in it
        var factor = 1L << halvings.Length;
        return site =>
        {
            var (row, column) = sites.Place(site);
            return Pass(picture.Narrow(2, 0, (row / factor + 1) * factor)).Select(1, row).Select(1, column).SplitBatch(batch);
        };
    }

    /// <summary>[N, C, rows, W] → [N, rows, W, P].</summary>
    private Tensor Pass(Tensor x)
    {
        x = Tensor.Cat([x * 2 - 1, x.Narrow(1, 0, 1).OnesLike()], 1); // the ones tell the picture from its margin
        var u = ShiftDown(firstDown.Forward(x.ConstantPadNd([1, 1, 1, 0])));
        var l = ShiftDown(firstAbove.Forward(x.ConstantPadNd([1, 1, 0, 0]))) + ShiftRight(firstLeft.Forward(x.ConstantPadNd([0, 0, 1, 0])));
        var shortcuts = new Stack<(Tensor U, Tensor L)>([(u, l)]);
        for (var k = 0; k < descent.Length; k++)
        {
            if (k > 0) shortcuts.Push((u, l) = (halvings[k - 1][0].Forward(u.ConstantPadNd([1, 1, 1, 0])), halvings[k - 1][1].Forward(l.ConstantPadNd([1, 0, 1, 0]))));
            foreach (var block in descent[k].Blocks) shortcuts.Push((u, l) = block.Forward(u, l, null, null));
        }
        (u, l) = shortcuts.Pop();
        for (var k = 0; k < ascent.Length; k++)
        {
            foreach (var block in ascent[k].Blocks)
            {
                var (acrossU, acrossL) = shortcuts.Pop();
                (u, l) = block.Forward(u, l, acrossU, acrossL);
            }
            if (k < doublings.Length) (u, l) = (doublings[k][0].Forward(u).Slice(3, 1, 2 * u.Size(3) + 1), doublings[k][1].Forward(l));
        }
        return last.Forward(Activation.Elu.Apply(l)).Permute(0, 2, 3, 1);
    }

    private static Tensor ShiftDown(Tensor x) => x.ConstantPadNd([0, 0, 1, 0]).Narrow(2, 0, x.Size(2));

    private static Tensor ShiftRight(Tensor x) => x.ConstantPadNd([1, 0, 0, 0]).Narrow(3, 0, x.Size(3));

    private static Tensor ConcatElu(Tensor x) => Activation.Elu.Apply(Tensor.Cat([x, -x], 1));

    /// <summary>The blocks of a resolution.</summary>
    private sealed class Stage(Init init, long channels, int layers, int across, Dropout noise)
    {
        public Block[] Blocks { get; } = [.. Enumerable.Range(0, layers).Select(b => new Block(init[b], channels, across, noise))];
    }

    /// <summary>A residual block of each stream, the second of which sees the first.</summary>
    private sealed class Block(Init init, long channels, int across, Dropout noise)
    {
        private readonly Residual down = new(init["down"], channels, across, Down, [1, 1, 1, 0], noise);
        private readonly Residual right = new(init["right"], channels, across + 1, Right, [1, 0, 1, 0], noise);

        public (Tensor U, Tensor L) Forward(Tensor u, Tensor l, Tensor? acrossU, Tensor? acrossL)
        {
            u = down.Forward(u, acrossU);
            return (u, right.Forward(l, acrossL is null ? u : Tensor.Cat([u, acrossL], 1)));
        }
    }

    /// <summary>h + a σ(b).</summary>
    private sealed class Residual(Init init, long channels, int others, Size2d kernel, long[] margin, Dropout noise)
    {
        private readonly Conv2d conv1 = new(init["conv1"], 2 * channels, channels, kernel);
        private readonly Conv2d? other = others == 0 ? null : new(init["other"], 2 * others * channels, channels, 1);
        private readonly Conv2d conv2 = new(init["conv2"], 2 * channels, 2 * channels, kernel);

        public Tensor Forward(Tensor h, Tensor? s)
        {
            var inner = conv1.Forward(ConcatElu(h).ConstantPadNd(margin));
            if (s is not null) inner += other!.Forward(ConcatElu(s));
            return h + conv2.Forward(noise.Forward(ConcatElu(inner)).ConstantPadNd(margin)).Glu(1);
        }
    }
}
