using System.Buffers.Binary;

namespace Latent.Torch;

/// <summary>The checksum of ZIP: CRC-32 with the reflected polynomial EDB88320 (ISO 3309).</summary>
/// <remarks>.NET's ZipArchive does not compare an entry with the checksum stored beside it, and has no public CRC-32.</remarks>
internal static class Crc32
{
    // Row k holds the checksums of a byte followed by k zero bytes, so that eight bytes are folded in at once (slicing by 8).
    private static readonly uint[][] s_tables = Tables();

    /// <summary>The checksum of what <paramref name="crc"/> is the checksum of (0: nothing), followed by <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var t = s_tables;
        crc = ~crc;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[7][(byte)low] ^ t[6][(byte)(low >> 8)] ^ t[5][(byte)(low >> 16)] ^ t[4][low >> 24]
                ^ t[3][(byte)high] ^ t[2][(byte)(high >> 8)] ^ t[1][(byte)(high >> 16)] ^ t[0][high >> 24];
        }
        foreach (var b in bytes) crc = (crc >> 8) ^ t[0][(byte)(crc ^ b)];
        return ~crc;
    }

    private static uint[][] Tables()
    {
        var tables = new uint[8][];
        for (var k = 0; k < tables.Length; k++)
        {
            tables[k] = new uint[256];
            for (var i = 0u; i < 256; i++)
            {
                var crc = k == 0 ? i : tables[k - 1][i];
                for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
                tables[k][i] = crc;
            }
        }
        return tables;
    }
}
