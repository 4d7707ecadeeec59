using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class BFloat16RoundingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(67)]
    public void Vectors_round_as_numbers_do(int count)
    {
        // Bits of every kind of number, among them ties, subnormal numbers and NaNs whose upper half would be an infinity.
        uint[] kinds = [0, 0x8000_0000, 0x3F80_8000, 0x3F81_8000, 0x3F80_8001, 0x0000_8000, 0x0001_8000, 0x7F7F_FFFF, 0x7F80_0000, 0xFF80_0000, 0x7F80_0001, 0xFFFF_FFFF];
        for (var shift = 0; shift < kinds.Length; shift++)
        {
            var source = Numbers.Floats(count, (ulong)shift, 1e30);
            for (var i = shift; i < count; i += kinds.Length) source[i] = BitConverter.UInt32BitsToSingle(kinds[(i + shift) % kinds.Length]);
            var rounded = new BFloat16[count + 1];
            rounded[count] = new(0x1234);
            fixed (float* s = source) fixed (BFloat16* r = rounded) BFloat16Rounding.Round(count, s, r);
            Assert.Equal(Array.ConvertAll(source, v => (BFloat16)v), rounded[..count]);
            Assert.Equal(0x1234, rounded[count].Bits);
        }
    }
}
