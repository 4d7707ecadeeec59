using System.Buffers.Binary;
using System.Numerics;

namespace Latent.Training;

/// <summary>The checksum of TensorFlow's record files: CRC-32 with Castagnoli's polynomial, in one processor instruction per eight bytes.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>The checksum as records hold it: rotated and shifted, since the checksum of bytes that contain their own is a constant.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes) => BitOperations.RotateRight(Of(bytes), 15) + 0xA282EAD8;
}
