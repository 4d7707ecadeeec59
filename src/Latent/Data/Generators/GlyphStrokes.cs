using System.Numerics;

namespace Latent.Data;

/// <summary>How the ten digits are written: the points that each stroke runs through, several manners per digit.</summary>
/// <param name="Share">How often this manner occurs among those of its digit; they sum to 1.</param>
/// <param name="Strokes">The points of each stroke, x to the right and y down in [0, 1]. A point given twice in a row is a corner.</param>
internal sealed record GlyphStrokes(float Share, Vector2[][] Strokes)
{
    private static readonly GlyphStrokes[][] Digits =
    [
        [
            new(0.7f, [Points(0.58f, 0.01f, 0.24f, 0.1f, 0.03f, 0.48f, 0.18f, 0.88f, 0.5f, 1, 0.82f, 0.86f, 0.98f, 0.46f, 0.82f, 0.1f, 0.52f, 0.01f)]),
            new(0.3f, [Points(0.7f, 0.06f, 0.4f, 0, 0.1f, 0.3f, 0.06f, 0.7f, 0.36f, 1, 0.74f, 0.88f, 0.95f, 0.5f, 0.84f, 0.14f, 0.56f, 0.04f, 0.4f, 0.12f)]),
        ],
        [
            new(0.65f, [Points(0.5f, 0, 0.5f, 0.5f, 0.5f, 1)]),
            new(0.25f, [Points(0.26f, 0.2f, 0.4f, 0.12f, 0.54f, 0, 0.54f, 0, 0.53f, 0.5f, 0.52f, 1)]),
            new(0.1f, [Points(0.24f, 0.22f, 0.52f, 0, 0.52f, 0, 0.52f, 0.5f, 0.52f, 1), Points(0.2f, 1, 0.5f, 0.99f, 0.84f, 0.99f)]),
        ],
        [
            new(0.55f, [Points(0.1f, 0.24f, 0.3f, 0.04f, 0.64f, 0, 0.88f, 0.2f, 0.78f, 0.48f, 0.44f, 0.76f, 0.06f, 1, 0.06f, 1, 0.5f, 0.97f, 0.98f, 0.96f)]),
            new(0.45f, [Points(0.12f, 0.2f, 0.36f, 0.02f, 0.7f, 0.04f, 0.84f, 0.28f, 0.68f, 0.58f, 0.36f, 0.9f, 0.12f, 0.98f, 0.04f, 0.86f, 0.22f, 0.76f, 0.5f, 0.88f, 0.74f, 0.97f, 1, 0.88f)]),
        ],
        [
            new(0.75f, [Points(0.1f, 0.12f, 0.42f, 0, 0.8f, 0.1f, 0.78f, 0.34f, 0.38f, 0.47f, 0.38f, 0.47f, 0.8f, 0.56f, 0.93f, 0.78f, 0.62f, 0.98f, 0.28f, 0.99f, 0.04f, 0.87f)]),
            new(0.25f, [Points(0.12f, 0.04f, 0.5f, 0.03f, 0.88f, 0.02f, 0.88f, 0.02f, 0.66f, 0.22f, 0.42f, 0.42f, 0.42f, 0.42f, 0.8f, 0.48f, 0.94f, 0.72f, 0.66f, 0.97f, 0.3f, 1, 0.04f, 0.9f)]),
        ],
        [
            new(0.65f, [Points(0.16f, 0, 0.1f, 0.26f, 0.06f, 0.5f, 0.06f, 0.5f, 0.46f, 0.54f, 0.94f, 0.5f), Points(0.82f, 0.02f, 0.78f, 0.5f, 0.72f, 1)]),
            new(0.35f, [Points(0.7f, 0, 0.38f, 0.34f, 0.02f, 0.67f, 0.02f, 0.67f, 0.5f, 0.66f, 1, 0.64f), Points(0.7f, 0, 0.69f, 0.5f, 0.67f, 1)]),
        ],
        [
            new(0.6f, [Points(0.26f, 0.04f, 0.21f, 0.24f, 0.17f, 0.44f, 0.17f, 0.44f, 0.52f, 0.38f, 0.84f, 0.52f, 0.86f, 0.78f, 0.56f, 0.98f, 0.24f, 0.98f, 0.02f, 0.88f), Points(0.26f, 0.04f, 0.6f, 0.03f, 0.96f, 0)]),
            new(0.4f, [Points(0.94f, 0.01f, 0.6f, 0.02f, 0.3f, 0.06f, 0.3f, 0.06f, 0.22f, 0.26f, 0.2f, 0.42f, 0.2f, 0.42f, 0.56f, 0.44f, 0.84f, 0.62f, 0.78f, 0.86f, 0.46f, 1, 0.04f, 0.94f)]),
        ],
        [
            new(0.6f, [Points(0.74f, 0, 0.4f, 0.2f, 0.14f, 0.52f, 0.12f, 0.84f, 0.44f, 1, 0.8f, 0.88f, 0.86f, 0.64f, 0.58f, 0.52f, 0.26f, 0.66f, 0.14f, 0.84f)]),
            new(0.4f, [Points(0.5f, 0, 0.24f, 0.3f, 0.1f, 0.66f, 0.24f, 0.94f, 0.56f, 0.99f, 0.86f, 0.82f, 0.74f, 0.6f, 0.42f, 0.62f, 0.2f, 0.82f)]),
        ],
        [
            new(0.6f, [Points(0.06f, 0.1f, 0.5f, 0.06f, 0.93f, 0.04f, 0.93f, 0.04f, 0.7f, 0.44f, 0.48f, 1)]),
            new(0.2f, [Points(0.06f, 0.1f, 0.5f, 0.05f, 0.94f, 0.04f, 0.94f, 0.04f, 0.72f, 0.42f, 0.5f, 1), Points(0.32f, 0.5f, 0.62f, 0.49f, 0.92f, 0.46f)]),
            new(0.2f, [Points(0.04f, 0.28f, 0.1f, 0.06f, 0.1f, 0.06f, 0.5f, 0.08f, 0.92f, 0.02f, 0.92f, 0.02f, 0.86f, 0.4f, 0.72f, 1)]),
        ],
        [
            new(0.8f, [Points(0.84f, 0.14f, 0.52f, 0, 0.18f, 0.14f, 0.28f, 0.38f, 0.62f, 0.56f, 0.84f, 0.8f, 0.5f, 1, 0.14f, 0.84f, 0.32f, 0.58f, 0.66f, 0.38f, 0.84f, 0.14f)]),
            new(0.2f, [Points(0.5f, 0, 0.2f, 0.1f, 0.24f, 0.38f, 0.52f, 0.46f, 0.8f, 0.34f, 0.78f, 0.08f, 0.5f, 0), Points(0.52f, 0.46f, 0.18f, 0.6f, 0.16f, 0.88f, 0.5f, 1, 0.84f, 0.88f, 0.82f, 0.6f, 0.52f, 0.46f)]),
        ],
        [
            new(0.6f, [Points(0.86f, 0.16f, 0.56f, 0, 0.2f, 0.14f, 0.14f, 0.4f, 0.42f, 0.52f, 0.74f, 0.4f, 0.86f, 0.16f, 0.86f, 0.16f, 0.84f, 0.56f, 0.76f, 1)]),
            new(0.4f, [Points(0.84f, 0.2f, 0.58f, 0, 0.22f, 0.1f, 0.14f, 0.34f, 0.4f, 0.48f, 0.72f, 0.36f, 0.86f, 0.14f, 0.86f, 0.14f, 0.84f, 0.52f, 0.72f, 0.86f, 0.46f, 1, 0.18f, 0.94f)]),
        ],
    ];

    /// <summary>The manners of a digit.</summary>
    public static GlyphStrokes[] Of(int digit) => Digits[digit];

    private static Vector2[] Points(params ReadOnlySpan<float> coordinates)
    {
        var points = new Vector2[coordinates.Length / 2];
        for (var i = 0; i < points.Length; i++) points[i] = new(coordinates[2 * i], coordinates[2 * i + 1]);
        return points;
    }
}
