using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Latent.Torch.Kernels;

/// <summary>Single precision to <see cref="BFloat16"/>.</summary>
internal static unsafe class BFloat16Rounding
{
    /// <summary>Rounds to the nearest, ties to even; a NaN stays a (quiet) NaN.</summary>
    /// <param name="count">Elements.</param>
    /// <param name="source">What to round.</param>
    /// <param name="destination">Receives as many elements.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(nint count, float* source, BFloat16* destination)
    {
        nint i = 0;
        for (; i <= count - Vector512<ushort>.Count; i += Vector512<ushort>.Count)
            Vector512.Narrow(Round(Vector512.Load(source + i)), Round(Vector512.Load(source + i + Vector512<float>.Count))).Store((ushort*)destination + i);
        for (; i < count; i++) destination[i] = (BFloat16)source[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var upper = bits >>> 16;
        // Half a unit less one, and one more if the upper half is odd.
        var rounded = (bits + Vector512.Create(0x7FFFu) + (upper & Vector512<uint>.One)) >>> 16;
        return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, upper | Vector512.Create(0x40u));
    }
}
