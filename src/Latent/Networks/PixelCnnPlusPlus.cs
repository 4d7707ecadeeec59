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
/// <para>Deviation: without weight normalisation and its data-dependent initialisation.</para>
/// </remarks>
public sealed class PixelCnnPlusPlus
{
    private static readonly Size2d Down = (2, 3), Right = (2, 2); // kernels that see rows from above, and of these the columns to the left

    private readonly Conv2d firstDown;
    private readonly Conv2d firstAbove;
    private readonly Conv2d firstLeft;
    private readonly Block[][] descent; // by resolution
    private readonly Block[][] ascent;
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
        Block[] Blocks(Init place, int count, int across) => [.. Enumerable.Range(0, count).Select(b => new Block(place[b], channels, across, noise))];
        descent = [.. Enumerable.Range(0, resolutions).Select(k => Blocks(init["descent"][k], layers, 0))];
        // On the way up each block takes a shortcut: what came to a resolution, and what its blocks made of it, but for where the way turns.
        ascent = [.. Enumerable.Range(0, resolutions).Select(k => Blocks(init["ascent"][k], k == resolutions - 1 ? layers : layers + 1, 1))];
        halvings = [.. Enumerable.Range(0, resolutions - 1).Select(k => new[] { new Conv2d(init["halving"][k]["down"], channels, channels, Down, stride: 2), new Conv2d(init["halving"][k]["right"], channels, channels, Right, stride: 2) })];
        doublings = [.. Enumerable.Range(0, resolutions - 1).Select(k => new[] { new ConvTranspose2d(init["doubling"][k]["down"], channels, channels, Down, stride: 2, outputPadding: (0, 1)), new ConvTranspose2d(init["doubling"][k]["right"], channels, channels, Right, stride: 2) })];
        last = new(init["last"], channels, outputs, 1);
    }

    /// <summary>The numbers for each pixel, from those before it.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, C, H, W] of the network's sizes.</exception>
    public Tensor Forward(Tensor x)
    {
        var batch = sites.BatchOf(x);
        return sites.Split(Pass(Prepared(x.MergeBatch(batch)), null)).SplitBatch(batch);
    }

    /// <summary>The same site by site, in their order, x being filled in: each call computes the site's row alone, from what is kept of the rows above.</summary>
    internal Func<long, Tensor> Sequence(Tensor x)
    {
        var batch = sites.BatchOf(x);
        var picture = x.MergeBatch(batch); // a view: what is drawn appears in it
        var rows = new Rows();
        Pass(Prepared(picture.Narrow(2, 0, 1)), rows); // makes what is kept, in the scope of the whole sequence
        return site =>
        {
            var (row, column) = sites.Place(site);
            if (row > rows.Row)
            {
                Pass(Prepared(picture.Narrow(2, rows.Row, 1)), rows); // once more, as it is complete now
                rows.Next();
            }
            return Pass(Prepared(picture.Narrow(2, row, 1)), rows).Select(1, 0).Select(1, column).SplitBatch(batch);
        };
    }

    /// <summary>From [0, 1] to [−1, 1], and ones that tell the picture from its margin.</summary>
    private static Tensor Prepared(Tensor x) => Tensor.Cat([x * 2 - 1, x.Narrow(1, 0, 1).OnesLike()], 1);

    /// <summary>[N, C + 1, H, W] → [N, H, W, P], or for one row of the picture the same.</summary>
    private Tensor Pass(Tensor x, Rows? rows)
    {
        var padded = Above(x, this, rows);
        var u = ShiftDown(firstDown.Forward(padded.ConstantPadNd([1, 1])), firstDown, rows);
        var l = ShiftDown(firstAbove.Forward(x.ConstantPadNd([1, 1])), firstAbove, rows) + ShiftRight(firstLeft.Forward(padded));
        (_, l) = Through(0, u, l, rows);
        return last.Forward(Activation.Elu.Apply(l)).Permute(0, 2, 3, 1);
    }

    /// <summary>Down and up again through the resolutions from k on.</summary>
    private (Tensor U, Tensor L) Through(int k, Tensor u, Tensor l, Rows? rows)
    {
        var shortcuts = new Stack<(Tensor U, Tensor L)>([(u, l)]);
        foreach (var block in descent[k]) shortcuts.Push((u, l) = block.Forward(u, l, null, rows));
        if (k == descent.Length - 1)
        {
            shortcuts.Pop();
        }
        else
        {
            var ((down, right), (above, left)) = ((halvings[k][0], halvings[k][1]), (Above(u, halvings[k][0], rows), Above(l, halvings[k][1], rows)));
            (Tensor U, Tensor L) Below()
            {
                var (lowerU, lowerL) = Through(k + 1, down.Forward(above.ConstantPadNd([1, 1])), right.Forward(left.ConstantPadNd([1, 0])), rows);
                return (doublings[k][0].Forward(lowerU).Slice(3, 1, u.Size(3) + 1), doublings[k][1].Forward(lowerL));
            }
            (u, l) = rows is null ? Below() : rows.OfTwo(k, Below);
        }
        foreach (var block in ascent[k]) (u, l) = block.Forward(u, l, shortcuts.Pop(), rows);
        return (u, l);
    }

    /// <summary>With the row above, which is zero above the picture: [N, C, H, W] → [N, C, H + 1, W].</summary>
    private static Tensor Above(Tensor x, object place, Rows? rows) => rows is null ? x.ConstantPadNd([0, 0, 1, 0]) : rows.Above(x, place);

    private static Tensor ShiftDown(Tensor x, object place, Rows? rows) => Above(x, place, rows).Narrow(2, 0, x.Size(2));

    private static Tensor ShiftRight(Tensor x) => x.ConstantPadNd([1, 0]).Narrow(3, 0, x.Size(3));

    private static Tensor ConcatElu(Tensor x) => Activation.Elu.Apply(Tensor.Cat([x, -x], 1));

    /// <summary>What is kept of the rows above while a picture is gone through row by row, for each place in the network.</summary>
    private sealed class Rows
    {
        private readonly Dictionary<object, (Tensor Above, Tensor Now)> places = [];
        private readonly Dictionary<int, (Tensor U, Tensor L)> pairs = []; // of rows from a lower resolution

        public long Row { get; private set; }

        public Tensor Above(Tensor x, object place)
        {
            if (!places.TryGetValue(place, out var kept)) places.Add(place, kept = (x.ZerosLike(), x.ZerosLike()));
            kept.Now.CopyInPlace(x);
            return Tensor.Cat([kept.Above, x], 2);
        }

        /// <summary>The row of two that a row of the next lower resolution gives; computed at the first, they are good for both when that is complete.</summary>
        public (Tensor U, Tensor L) OfTwo(int k, Func<(Tensor U, Tensor L)> compute)
        {
            var half = Row >> k & 1;
            if (half == 0)
            {
                var made = compute();
                if (!pairs.TryGetValue(k, out var kept)) pairs.Add(k, kept = (made.U.ZerosLike(), made.L.ZerosLike()));
                kept.U.CopyInPlace(made.U);
                kept.L.CopyInPlace(made.L);
            }
            return (pairs[k].U.Narrow(2, half, 1), pairs[k].L.Narrow(2, half, 1));
        }

        /// <summary>Goes a row down.</summary>
        public void Next()
        {
            foreach (var (above, now) in places.Values) above.CopyInPlace(now);
            Row++;
        }
    }

    /// <summary>A residual block of each stream, the second of which sees the first.</summary>
    private sealed class Block(Init init, long channels, int across, Dropout noise)
    {
        private readonly Residual down = new(init["down"], channels, across, Down, [1, 1], noise);
        private readonly Residual right = new(init["right"], channels, across + 1, Right, [1, 0], noise);

        public (Tensor U, Tensor L) Forward(Tensor u, Tensor l, (Tensor U, Tensor L)? across, Rows? rows)
        {
            u = down.Forward(u, across?.U, rows);
            return (u, right.Forward(l, across is null ? u : Tensor.Cat([u, across.Value.L], 1), rows));
        }
    }

    /// <summary>h + a σ(b).</summary>
    private sealed class Residual(Init init, long channels, int others, Size2d kernel, long[] margin, Dropout noise)
    {
        private readonly Conv2d conv1 = new(init["conv1"], 2 * channels, channels, kernel);
        private readonly Conv2d? other = others == 0 ? null : new(init["other"], 2 * others * channels, channels, 1);
        private readonly Conv2d conv2 = new(init["conv2"], 2 * channels, 2 * channels, kernel);

        public Tensor Forward(Tensor h, Tensor? s, Rows? rows)
        {
            var inner = conv1.Forward(Above(ConcatElu(h), conv1, rows).ConstantPadNd(margin));
            if (s is not null) inner += other!.Forward(ConcatElu(s));
            return h + conv2.Forward(Above(noise.Forward(ConcatElu(inner)), conv2, rows).ConstantPadNd(margin)).Glu(1);
        }
    }
}
