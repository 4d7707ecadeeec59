using Latent.Torch;

namespace Latent.Transforms;

/// <summary>One piece of a <see cref="RationalQuadraticSpline"/> for each of many numbers.</summary>
internal readonly struct SplinePiece
{
    /// <summary>The six numbers of pieces, [*, 6].</summary>
    public SplinePiece(Tensor numbers)
    {
        (X, Z, Width, Height) = (numbers.Select(-1, 0), numbers.Select(-1, 1), numbers.Select(-1, 2), numbers.Select(-1, 3));
        (Left, Right, Slope) = (numbers.Select(-1, 4), numbers.Select(-1, 5), Height / Width);
    }

    /// <summary>x_k.</summary>
    public Tensor X { get; }

    /// <summary>z_k.</summary>
    public Tensor Z { get; }

    /// <summary>w.</summary>
    public Tensor Width { get; }

    /// <summary>h.</summary>
    public Tensor Height { get; }

    /// <summary>d_k.</summary>
    public Tensor Left { get; }

    /// <summary>d_{k+1}.</summary>
    public Tensor Right { get; }

    /// <summary>s = h/w.</summary>
    public Tensor Slope { get; }
}
