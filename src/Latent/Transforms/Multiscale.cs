using Latent.Distributions;
using Latent.Torch;

namespace Latent.Transforms;

/// <summary>
/// Scales one after the other, of which each but the last gives half of its channels away: from data to noise
/// h₀ = x, (h_i, z_i) = halves of f_i⁻¹(h_{i−1}), z_n = f_n⁻¹(h_{n−1}), z = (z₁, …, z_n). log|det| is the sum of the scales'.
/// </summary>
/// <remarks>
/// <para>Source: Dinh, Sohl-Dickstein and Bengio, Density estimation using Real NVP (2017), section 3.6.</para>
/// <para>Shapes: x is an event of a given shape, whose first axis is halved (channels of [C, H, W], coordinates of [D]); z is flat, [D]:
/// z₁, …, z_n one after the other, each row-major. The first half of the channels goes on.</para>
/// </remarks>
public sealed class Multiscale : Transform
{
    private readonly Transform[] scales;
    private readonly Shape eventShape;
    private readonly Shape[] heights;   // of f_i⁻¹(h_{i−1})
    private readonly long[] sizes;      // of z_i

    /// <summary>Joins scales.</summary>
    /// <param name="scales">f₁, …, f_n, from the data on.</param>
    /// <param name="eventShape">The shape of x.</param>
    /// <exception cref="ArgumentException">There is no scale, one does not take what the one before leaves, or the channels cannot be halved.</exception>
    public Multiscale(IReadOnlyList<Transform> scales, Shape eventShape)
        : base(1, Broadcast.Shapes([.. scales.Select(scale => scale.BatchShapeBefore(Math.Max(0, eventShape.Rank - scale.EventRank)))]), eventShape.Rank, scales.All(scale => scale.HasInverse))
    {
        if (scales.Count == 0) throw new ArgumentException("There is no scale; give at least one.", nameof(scales));
        this.scales = [.. scales];
        this.eventShape = eventShape;
        (heights, sizes) = (new Shape[scales.Count], new long[scales.Count]);
        var shape = eventShape;
        for (var i = 0; i < heights.Length; i++)
        {
            heights[i] = scales[i].InverseShape(shape);
            if (i == heights.Length - 1)
            {
                sizes[i] = heights[i].Elements;
                break;
            }
            if (heights[i][0] % 2 != 0)
                throw new ArgumentException($"Scale {i + 1} leaves {heights[i]}, whose {heights[i][0]} channels cannot be halved: squeeze before, or take fewer scales.", nameof(scales));
            shape = Half(i);
            sizes[i] = shape.Elements;
        }
    }

    /// <inheritdoc/>
    protected override (Tensor X, Tensor LogDet) ForwardWithLogDetCore(Tensor z)
    {
        var parts = z.SplitWithSizes(sizes, -1);
        Tensor Part(int i, Shape shape) => parts[i].Unflatten(-1, shape.AsSpan());
        var (x, total) = Up(^1, Part(sizes.Length - 1, heights[^1]));
        for (var i = scales.Length - 2; i >= 0; i--)
        {
            (x, var logDet) = Up(i, Joined([x, Part(i, Half(i))], heights[i].Rank));
            total += logDet;
        }
        return (x, total);

        (Tensor X, Tensor LogDet) Up(Index i, Tensor h)
        {
            var (value, logDet) = scales[i].ForwardWithLogDet(h);
            return (value, Independent.Sum(logDet, eventShape.Rank - scales[i].ForwardRank));
        }
    }

    /// <inheritdoc/>
    protected override (Tensor Z, Tensor LogDet) InverseWithLogDetCore(Tensor x)
    {
        var parts = new Tensor[scales.Length];
        Tensor? total = null;
        var h = x;
        for (var i = 0; i < scales.Length; i++)
        {
            (h, var logDet) = scales[i].InverseWithLogDet(h);
            logDet = Independent.Sum(logDet, eventShape.Rank - scales[i].ForwardRank);
            total = total is null ? logDet : total + logDet;
            if (i == scales.Length - 1) parts[i] = h;
            else (h, parts[i]) = h.Chunk(2, -heights[i].Rank) is [var kept, var given] ? (kept, given) : throw new InvalidOperationException("The channels were checked to be even.");
            parts[i] = parts[i].Flatten(-heights[i].Rank);
        }
        return (Joined(parts, 1), total!);
    }

    /// <inheritdoc/>
    protected override Shape ForwardShapeCore(Shape eventShape) => eventShape is [var size] && size == sizes.Sum()
        ? this.eventShape
        : throw new ArgumentException($"Multiscale maps events z [D = {sizes.Sum()}], not {eventShape}. Build it for the events that x has.", nameof(eventShape));

    /// <inheritdoc/>
    protected override Shape InverseShapeCore(Shape eventShape) => eventShape == this.eventShape
        ? [sizes.Sum()]
        : throw new ArgumentException($"Multiscale gives events x {this.eventShape}, not {eventShape}. Build it for the events that x has.", nameof(eventShape));

    /// <summary>Joins values along the first axis of their events, batch axes broadcasting.</summary>
    private static Tensor Joined(Tensor[] parts, int eventRank)
    {
        var batch = Broadcast.Shapes(Array.ConvertAll(parts, part => (Shape)part.Shape[..^eventRank]));
        return Tensor.Cat(Array.ConvertAll(parts, part => part.Expand([.. batch, .. part.Shape[^eventRank..]])), -eventRank);
    }

    /// <summary>The shape of each half after a scale.</summary>
    private Shape Half(int i) => [heights[i][0] / 2, .. heights[i][1..]];
}
