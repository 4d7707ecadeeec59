using System.Runtime.Intrinsics;

namespace Latent.Torch;

/// <summary>
/// Turns uniform random words into the bit patterns of random variates, in place, lane by lane.
/// Only correctly rounded operations are allowed inside (+, −, ×, ÷, √, fused multiply-add, conversions, bits):
/// that makes the variates the same on every machine and at every vector width.
/// </summary>
internal interface IWordTransform
{
    /// <summary>Transforms two vectors of words; lane l of one may be used together with lane l of the other.</summary>
    static abstract void Apply(ref Vector512<uint> first, ref Vector512<uint> second);
}
