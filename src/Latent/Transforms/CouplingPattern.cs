namespace Latent.Transforms;

/// <summary>Which entries of an event a <see cref="Coupling"/> keeps.</summary>
public enum CouplingPattern
{
    /// <summary>The first ⌊n/2⌋ along the first axis of an event: coordinates of a vector, channels of an image [C, H, W]. Flipped: the others.</summary>
    Halves,
    /// <summary>Every other one along the first axis, from the first on. Flipped: from the second on.</summary>
    Alternating,
    /// <summary>Every other place of an image [C, H, W], those where row and column add to an even number. Flipped: the others.</summary>
    Checkerboard,
}
