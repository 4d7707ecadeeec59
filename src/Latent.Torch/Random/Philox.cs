using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Latent.Torch;

/// <summary>
/// Philox 4×32-10: for each 64-bit key a bijection of 128-bit counters whose images pass for independent uniform bits.
/// Round: (x0, x1, x2, x3) ↦ (hi(M1 x2) ⊕ x1 ⊕ k0, lo(M1 x2), hi(M0 x0) ⊕ x3 ⊕ k1, lo(M0 x0)), the key growing by (W0, W1).
/// </summary>
/// <remarks>
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// Counters and images are written as two 64-bit halves: low = x0 + 2³² x1, high = x2 + 2³² x3.
/// </remarks>
internal static class Philox
{
    /// <summary>Blocks in a tile, the unit of the vectorised evaluation.</summary>
    private const int BlocksPerTile = 16;

    /// <summary>Bytes in a tile.</summary>
    public const int TileBytes = BlocksPerTile * 4 * sizeof(uint);

    private const int Rounds = 10;
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57;
    private const uint W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    /// <summary>The image of one counter.</summary>
    public static (ulong Low, ulong High) Block(ulong low, ulong high, ulong key)
    {
        var (x0, x1, x2, x3) = ((uint)low, (uint)(low >> 32), (uint)high, (uint)(high >> 32));
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var (p0, p1) = ((ulong)M0 * x0, (ulong)M1 * x2);
            (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }
        return (x0 | (ulong)x1 << 32, x2 | (ulong)x3 << 32);
    }

    /// <summary>
    /// Writes consecutive tiles from number <paramref name="tile"/> on. Tile t holds the images of the counters (16 t + l, high),
    /// l = 0 … 15: the words x0 of all 16 blocks, then x1, x2, x3.
    /// </summary>
    /// <param name="tile">Number of the first tile.</param>
    /// <param name="high">The upper half of all counters.</param>
    /// <param name="key">The key.</param>
    /// <param name="destination">A whole number of tiles.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tiles(ulong tile, ulong high, ulong key, Span<byte> destination)
    {
        ref var start = ref MemoryMarshal.GetReference(destination);
        var block = tile * BlocksPerTile;
        nuint at = 0, end = (nuint)destination.Length;
        if (Vector512.IsHardwareAccelerated)
        {
            // Two tiles at a time: one alone waits for its own products.
            for (; at + 2 * TileBytes <= end; at += 2 * TileBytes, block += 2 * BlocksPerTile)
                Rounds512.TwoTiles(block, high, key, ref Unsafe.Add(ref start, at));
            if (at < end) Rounds512.Tile(block, high, key, ref Unsafe.Add(ref start, at));
        }
        else
        {
            for (; at < end; at += TileBytes, block += BlocksPerTile)
            {
                Rounds256.HalfTile(block, high, key, ref Unsafe.Add(ref start, at));
                Rounds256.HalfTile(block + BlocksPerTile / 2, high, key, ref Unsafe.Add(ref start, at + 32));
            }
        }
    }

    // A 32-bit product needs a 64-bit lane, so the even and the odd blocks run in vectors of their own, a word in the lower half
    // of every lane. The upper halves carry garbage, which the product ignores; only the interleaving clears it.

    private struct Rounds512(Vector512<ulong> block, ulong high)
    {
        private Vector512<ulong> x0 = block, x1 = block >>> 32, x2 = Vector512.Create(high), x3 = Vector512.Create(high >> 32);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void TwoTiles(ulong block, ulong high, ulong key, ref byte destination)
        {
            var (a, b) = (Even(block, high), Odd(block, high));
            var (c, d) = (Even(block + BlocksPerTile, high), Odd(block + BlocksPerTile, high));
            var (k0, k1) = (Vector512.Create(key), Vector512.Create(key >> 32));
            for (var round = 0; round < Rounds; round++)
            {
                a.Round(k0, k1);
                b.Round(k0, k1);
                c.Round(k0, k1);
                d.Round(k0, k1);
                k0 += Vector512.Create((ulong)W0);
                k1 += Vector512.Create((ulong)W1);
            }
            Store(a, b, ref destination);
            Store(c, d, ref Unsafe.Add(ref destination, TileBytes));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Tile(ulong block, ulong high, ulong key, ref byte destination)
        {
            var (a, b) = (Even(block, high), Odd(block, high));
            var (k0, k1) = (Vector512.Create(key), Vector512.Create(key >> 32));
            for (var round = 0; round < Rounds; round++)
            {
                a.Round(k0, k1);
                b.Round(k0, k1);
                k0 += Vector512.Create((ulong)W0);
                k1 += Vector512.Create((ulong)W1);
            }
            Store(a, b, ref destination);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Rounds512 Even(ulong block, ulong high) => new(Vector512.Create(block) + Vector512.Create(0ul, 2, 4, 6, 8, 10, 12, 14), high);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Rounds512 Odd(ulong block, ulong high) => new(Vector512.Create(block) + Vector512.Create(1ul, 3, 5, 7, 9, 11, 13, 15), high);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round(Vector512<ulong> k0, Vector512<ulong> k1)
        {
            var (p0, p1) = (Product(x0, M0), Product(x2, M1));
            (x0, x1, x2, x3) = ((p1 >>> 32) ^ x1 ^ k0, p1, (p0 >>> 32) ^ x3 ^ k1, p0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<ulong> Product(Vector512<ulong> x, uint constant) => Avx512F.IsSupported
            ? Avx512F.Multiply(x.AsUInt32(), Vector512.Create(constant))
            : (x & Vector512.Create((ulong)uint.MaxValue)) * constant;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(in Rounds512 even, in Rounds512 odd, ref byte destination)
        {
            Interleave(even.x0, odd.x0).StoreUnsafe(ref destination);
            Interleave(even.x1, odd.x1).StoreUnsafe(ref destination, 64);
            Interleave(even.x2, odd.x2).StoreUnsafe(ref destination, 128);
            Interleave(even.x3, odd.x3).StoreUnsafe(ref destination, 192);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<byte> Interleave(Vector512<ulong> even, Vector512<ulong> odd) =>
            (even & Vector512.Create((ulong)uint.MaxValue) | odd << 32).AsByte();
    }

    private struct Rounds256(Vector256<ulong> block, ulong high)
    {
        private Vector256<ulong> x0 = block, x1 = block >>> 32, x2 = Vector256.Create(high), x3 = Vector256.Create(high >> 32);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void HalfTile(ulong block, ulong high, ulong key, ref byte destination)
        {
            var a = new Rounds256(Vector256.Create(block) + Vector256.Create(0ul, 2, 4, 6), high);
            var b = new Rounds256(Vector256.Create(block) + Vector256.Create(1ul, 3, 5, 7), high);
            var (k0, k1) = (Vector256.Create(key), Vector256.Create(key >> 32));
            for (var round = 0; round < Rounds; round++)
            {
                a.Round(k0, k1);
                b.Round(k0, k1);
                k0 += Vector256.Create((ulong)W0);
                k1 += Vector256.Create((ulong)W1);
            }
            Interleave(a.x0, b.x0).StoreUnsafe(ref destination);
            Interleave(a.x1, b.x1).StoreUnsafe(ref destination, 64);
            Interleave(a.x2, b.x2).StoreUnsafe(ref destination, 128);
            Interleave(a.x3, b.x3).StoreUnsafe(ref destination, 192);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round(Vector256<ulong> k0, Vector256<ulong> k1)
        {
            var (p0, p1) = (Product(x0, M0), Product(x2, M1));
            (x0, x1, x2, x3) = ((p1 >>> 32) ^ x1 ^ k0, p1, (p0 >>> 32) ^ x3 ^ k1, p0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<ulong> Product(Vector256<ulong> x, uint constant) => Avx2.IsSupported
            ? Avx2.Multiply(x.AsUInt32(), Vector256.Create(constant))
            : (x & Vector256.Create((ulong)uint.MaxValue)) * constant;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<byte> Interleave(Vector256<ulong> even, Vector256<ulong> odd) =>
            (even & Vector256.Create((ulong)uint.MaxValue) | odd << 32).AsByte();
    }
}
