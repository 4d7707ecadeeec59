using System.Numerics;
using Latent.Torch;

namespace Latent.Data;

/// <summary>
/// Pictures of one white shape on black with known factors: kind, scale, rotation and position, all independent and uniform. For
/// measures of disentanglement.
/// </summary>
/// <remarks>
/// <para>Shapes: [N, 1, S, S] with 256 levels; labels the kind; factors <c>shape</c> (0 square, 1 ellipse, 2 heart), <c>scale</c>
/// [0.5, 1), <c>rotation</c> [0, 2π), <c>x</c> and <c>y</c> [0, 1).</para>
/// <para>Source: after Matthey et al., "dSprites", 2017. Deviation: factors are continuous, edges anti-aliased.</para>
/// </remarks>
public static class Shapes
{
    private const int Samples = 4;   // along each edge of a pixel

    /// <summary>Draws pictures.</summary>
    /// <param name="count">N.</param>
    /// <param name="size">S, the pixels along an edge, at least 8.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="name">The name of the set.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static Dataset Make(long count, int size = 64, ulong seed = 0, string name = "shapes")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 8);
        var factors = new float[checked(5 * Arguments.Positive(count))];
        new Rng(seed).Fork("shapes").Uniform(factors);
        var labels = new int[count];
        var pixels = new byte[checked(count * size * size)];
        for (var i = 0; i < count; i++)
        {
            var row = factors.AsSpan(5 * i, 5);
            row[0] = MathF.Floor(3 * row[0]);
            row[1] = 0.5f + 0.5f * row[1];
            row[2] *= 2 * MathF.PI;
            labels[i] = (int)row[0];
            Draw(row, size, pixels.AsSpan(i * size * size, size * size));
        }
        return new(
            name, new(ElementType.UInt8, [count, 1, size, size], pixels), 256, labels,
            (["shape", "scale", "rotation", "x", "y"], HostArray.From<float>(factors, [count, 5])));
    }

    private static void Draw(ReadOnlySpan<float> factors, int size, Span<byte> picture)
    {
        // The shape lies within a circle of this radius, which stays inside the picture.
        var radius = size / 5f * factors[1];
        var centre = size * new Vector2(0.25f + 0.5f * factors[3], 0.25f + 0.5f * factors[4]);
        var (sin, cos) = MathF.SinCos(factors[2]);
        var (left, right) = ((int)(centre.X - radius - 1), Math.Min(size - 1, (int)(centre.X + radius + 1)));
        var (top, bottom) = ((int)(centre.Y - radius - 1), Math.Min(size - 1, (int)(centre.Y + radius + 1)));
        for (var y = Math.Max(0, top); y <= bottom; y++)
        {
            for (var x = Math.Max(0, left); x <= right; x++)
            {
                var inside = 0;
                for (var s = 0; s < Samples * Samples; s++)
                {
                    var p = (new Vector2(x + (s % Samples + 0.5f) / Samples, y + (s / Samples + 0.5f) / Samples) - centre) / radius;
                    if (Contains((int)factors[0], new(cos * p.X + sin * p.Y, cos * p.Y - sin * p.X))) inside++;
                }
                picture[y * size + x] = (byte)((255 * inside + Samples * Samples / 2) / (Samples * Samples));
            }
        }
    }

    /// <summary>Whether a point belongs to a shape within the unit circle.</summary>
    private static bool Contains(int shape, Vector2 p)
    {
        switch (shape)
        {
            case 0:
                return Math.Abs(p.X) <= 0.7f && Math.Abs(p.Y) <= 0.7f;
            case 1:
                return p.X * p.X / (0.95f * 0.95f) + p.Y * p.Y / (0.55f * 0.55f) <= 1;
            default:
                // (u² + v² − 1)³ ≤ u² v³, v upwards.
                var (u, v) = (1.4f * p.X, 0.12f - 1.3f * p.Y);
                var c = u * u + v * v - 1;
                return c * c * c <= u * u * v * v * v;
        }
    }
}
