using System.Text;

namespace Latent.Torch.Tests.Serialization;

public sealed class Crc32Tests
{
    // The second is the check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
    [Theory]
    [InlineData("", 0x00000000)]
    [InlineData("123456789", 0xCBF43926)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339)]
    public void Known_answers(string text, uint expected) => Assert.Equal(expected, Crc32.Append(0, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Parts_give_the_checksum_of_the_whole()
    {
        var bytes = ReferenceFiles.Values(ElementType.UInt8, [101]).Bytes.Span;
        var whole = Crc32.Append(0, bytes);
        for (var cut = 0; cut <= bytes.Length; cut++) Assert.Equal(whole, Crc32.Append(Crc32.Append(0, bytes[..cut]), bytes[cut..]));
    }
}
