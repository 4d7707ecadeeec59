using System.Numerics;
using Latent.Torch;

namespace Latent.Data;

/// <summary>
/// Handwritten digits drawn by the program itself: ten classes of 28×28 pictures with 256 levels, from strokes whose points,
/// slant, proportions, rotation and pen vary. For trying models where no files are at hand.
/// </summary>
/// <remarks>
/// <para>Shapes: [N, 1, 28, 28], labels 0 … 9, balanced: their numbers differ by at most one. As in MNIST the ink lies within
/// some 20 pixels, its centre of mass in the middle, and is white on black.</para>
/// <para>Deterministic in N and the seed.</para>
/// </remarks>
public static class Glyphs
{
    /// <summary>Pixels along an edge.</summary>
    public const int Size = 28;

    /// <summary>Draws digits.</summary>
    /// <param name="count">N.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="name">The name of the set.</param>
    public static Dataset Make(long count, ulong seed = 0, string name = "glyphs")
    {
        var rng = new Rng(seed).Fork("glyphs");
        var order = new long[Arguments.Positive(count)];
        rng.Fork("classes").Permutation(order);
        var labels = Array.ConvertAll(order, i => (int)(i % 10));
        var pixels = new byte[checked(count * Size * Size)];
        var pen = new Pen();
        for (var i = 0; i < count; i++)
            pen.Draw(labels[i], rng.Row(i), pixels.AsSpan(i * Size * Size, Size * Size));
        return new(name, new(ElementType.UInt8, [count, 1, Size, Size], pixels), 256, labels);
    }

    /// <summary>A training, a validation and a test set of independent pictures.</summary>
    public static DataSplits MakeSplits(long train = 50_000, long validation = 5_000, long test = 5_000, ulong seed = 0) =>
        DataSplits.Generate("glyphs", new(train, validation, test), seed, Make);

    /// <summary>Draws one picture at a time, in memory that it keeps.</summary>
    private sealed class Pen
    {
        private const float Height = 19;
        private const float Width = 14;
        private const float Room = 20.5f;
        private const int PiecesPerSpan = 6;
        private const int Uniforms = 8;
        private const long AfterUniforms = 64;   // beyond the bits that they take

        private readonly float[] uniforms = new float[Uniforms];
        private readonly float[] normals = new float[96];
        private readonly List<Vector2> points = [];
        private readonly List<(Vector2 From, Vector2 To)> segments = [];
        private readonly float[] squaredDistances = new float[Size * Size];

        public void Draw(int digit, Rng rng, Span<byte> picture)
        {
            rng.Uniform(uniforms);
            rng.Normal(normals, AfterUniforms);
            for (var i = 0; i < normals.Length; i++) normals[i] = Math.Clamp(normals[i], -2.2f, 2.2f);
            var radius = 0.5f * Math.Clamp(2.3f + 0.45f * normals[0], 1.6f, 3.4f);
            Write(Manner(digit).Strokes);
            Centre(radius);
            Rasterise(radius, picture);
        }

        private GlyphStrokes Manner(int digit)
        {
            var u = uniforms[0];
            foreach (var manner in GlyphStrokes.Of(digit))
            {
                if (u < manner.Share) return manner;
                u -= manner.Share;
            }
            return GlyphStrokes.Of(digit)[0];   // the shares sum to 1 up to rounding
        }

        /// <summary>The segments of all strokes, in pixels, around some origin.</summary>
        private void Write(Vector2[][] strokes)
        {
            var slant = 0.18f + 0.17f * normals[1];
            var width = Width * (1 + 0.14f * normals[2]);
            var height = Height * (1 + 0.05f * normals[3]);
            var (sin, cos) = MathF.SinCos(0.07f * normals[4]);
            var bend = 0.05f * normals[5];
            var pinch = 0.12f * normals[6];   // one half wider than the other
            var jitter = 0.015f + 0.025f * uniforms[1];
            var next = 7;

            segments.Clear();
            foreach (var stroke in strokes)
            {
                points.Clear();
                for (var i = 0; i < stroke.Length; i++)
                {
                    if (i > 0 && stroke[i] == stroke[i - 1])   // a corner ends one curve and begins another
                    {
                        Curve();
                        points.RemoveRange(0, points.Count - 1);
                        continue;
                    }
                    var p = stroke[i] - new Vector2(0.5f) + jitter * new Vector2(normals[next], normals[next + 1]);
                    next += 2;
                    p.X = p.X * (1 + pinch * p.Y) + bend * MathF.Sin(3 * p.Y);
                    p = new(width * p.X - slant * height * p.Y, height * p.Y);
                    points.Add(new(cos * p.X - sin * p.Y, sin * p.X + cos * p.Y));
                }
                Curve();
            }
        }

        /// <summary>Catmull–Rom: a smooth curve through the points.</summary>
        private void Curve()
        {
            for (var i = 0; i + 1 < points.Count; i++)
            {
                var (a, b) = (points[i], points[i + 1]);
                var atA = (b - (i > 0 ? points[i - 1] : a)) / (i > 0 ? 2 : 1);
                var atB = ((i + 2 < points.Count ? points[i + 2] : b) - a) / (i + 2 < points.Count ? 2 : 1);
                var from = a;
                for (var k = 1; k <= PiecesPerSpan; k++)
                {
                    var t = (float)k / PiecesPerSpan;
                    var s = 1 - t;
                    var to = s * s * (1 + 2 * t) * a + t * t * (3 - 2 * t) * b + t * s * (s * atA - t * atB);
                    segments.Add((from, to));
                    from = to;
                }
            }
        }

        /// <summary>Shrinks what is too large, and moves the centre of mass to that of the picture.</summary>
        private void Centre(float radius)
        {
            Vector2 low = new(float.MaxValue), high = new(float.MinValue), moment = default;
            var length = 0f;
            foreach (var (from, to) in segments)
            {
                (low, high) = (Vector2.Min(low, Vector2.Min(from, to)), Vector2.Max(high, Vector2.Max(from, to)));
                var l = Vector2.Distance(from, to);
                moment += l * 0.5f * (from + to);
                length += l;
            }
            var extent = high - low;
            var scale = Math.Min(1, (Room - 2 * radius) / Math.Max(extent.X, extent.Y));
            var shift = new Vector2(Size / 2f) - scale * moment / length;
            var edge = new Vector2(radius + 2);   // lopsided ones stay within the picture
            shift = Vector2.Clamp(shift, edge - scale * low, new Vector2(Size) - edge - scale * high);
            for (var i = 0; i < segments.Count; i++) segments[i] = (scale * segments[i].From + shift, scale * segments[i].To + shift);
        }

        /// <summary>Each pixel as far as the pen covers it: its distance from the nearest segment tells.</summary>
        private void Rasterise(float radius, Span<byte> picture)
        {
            var reach = radius + 0.6f;
            Array.Fill(squaredDistances, reach * reach);
            foreach (var (from, to) in segments)
            {
                var along = to - from;
                var inverse = 1 / Math.Max(along.LengthSquared(), 1e-12f);
                var (low, high) = (Vector2.Min(from, to) - new Vector2(reach + 0.5f), Vector2.Max(from, to) + new Vector2(reach - 0.5f));
                var (left, right) = (Math.Max(0, (int)MathF.Ceiling(low.X)), Math.Min(Size - 1, (int)MathF.Floor(high.X)));
                var (top, bottom) = (Math.Max(0, (int)MathF.Ceiling(low.Y)), Math.Min(Size - 1, (int)MathF.Floor(high.Y)));
                for (var y = top; y <= bottom; y++)
                {
                    for (var x = left; x <= right; x++)
                    {
                        var (dx, dy) = (x + 0.5f - from.X, y + 0.5f - from.Y);
                        var t = Math.Clamp((dx * along.X + dy * along.Y) * inverse, 0, 1);
                        (dx, dy) = (dx - t * along.X, dy - t * along.Y);
                        ref var nearest = ref squaredDistances[y * Size + x];
                        nearest = Math.Min(nearest, dx * dx + dy * dy);
                    }
                }
            }
            for (var i = 0; i < picture.Length; i++)
                picture[i] = (byte)(255 * Math.Clamp((radius + 0.6f - MathF.Sqrt(squaredDistances[i])) / 1.2f, 0, 1) + 0.5f);
        }
    }
}
