using System.Runtime.CompilerServices;

namespace Latent.Networks;

/// <summary>Height and width of a kernel, stride or padding. A number stands for a square: <c>kernel: 3</c>, <c>kernel: (1, 7)</c>.</summary>
/// <param name="Height">Along the axis before the last.</param>
/// <param name="Width">Along the last axis.</param>
public readonly record struct Size2d(long Height, long Width)
{
    /// <summary>A square.</summary>
    public static implicit operator Size2d(long side) => new(side, side);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2d((long Height, long Width) size) => new(size.Height, size.Width);

    /// <summary>This size, if both sides are at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not.</exception>
    internal static Size2d Positive(Size2d size, [CallerArgumentExpression(nameof(size))] string name = "") => AtLeast(1, size, name);

    /// <summary>This size, if no side is negative.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is.</exception>
    internal static Size2d NotNegative(Size2d size, [CallerArgumentExpression(nameof(size))] string name = "") => AtLeast(0, size, name);

    private static Size2d AtLeast(long least, Size2d size, string name) =>
        Math.Min(size.Height, size.Width) >= least ? size : throw new ArgumentOutOfRangeException(name, size, $"Height and width of {name} must be at least {least}.");
}
