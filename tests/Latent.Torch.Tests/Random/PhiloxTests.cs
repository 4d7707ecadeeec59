using System.Runtime.InteropServices;

namespace Latent.Torch.Tests.Random;

public sealed class PhiloxTests
{
    /// <summary>Known answers of Random123 1.14.0, tests/kat_vectors, "philox4x32 10": four counter words, two key words, the image.</summary>
    public static TheoryData<uint[], uint[], uint[]> KnownAnswers => new()
    {
        {
            [0, 0, 0, 0], [0, 0],
            [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]
        },
        {
            [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff],
            [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]
        },
        {
            [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0],
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        },
    };

    [Theory]
    [MemberData(nameof(KnownAnswers))]
    public void Block_gives_the_published_answers(uint[] counter, uint[] key, uint[] image)
    {
        var (low, high) = Philox.Block(Pack(counter[0], counter[1]), Pack(counter[2], counter[3]), Pack(key[0], key[1]));

        Assert.Equal((Pack(image[0], image[1]), Pack(image[2], image[3])), (low, high));
    }

    [Fact]
    public void A_stream_begins_with_the_published_answer()
    {
        var words = new uint[64];
        new Rng(0).Bits<uint>(words);

        uint[] first = [words[0], words[16], words[32], words[48]];
        Assert.Equal([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8], first);
    }

    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(3, 0, 0xDEADBEEFCAFEF00D, 2)]
    [InlineData(0x0FFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0xFFFFFFFFFFFFFFFF, 5)]   // the blocks' number crosses 2³²
    [InlineData(0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF, 11, 7)]
    public void Tiles_hold_the_images_of_their_blocks(ulong tile, ulong high, ulong key, int count)
    {
        var words = new uint[64 * count];
        Philox.Tiles(tile, high, key, MemoryMarshal.AsBytes(words.AsSpan()));

        for (var t = 0; t < count; t++)
        {
            for (var lane = 0; lane < 16; lane++)
            {
                var (lower, upper) = Philox.Block(16 * (tile + (ulong)t) + (ulong)lane, high, key);
                var at = 64 * t + lane;
                Assert.Equal((lower, upper), (Pack(words[at], words[at + 16]), Pack(words[at + 32], words[at + 48])));
            }
        }
    }

    private static ulong Pack(uint low, uint high) => low | (ulong)high << 32;
}
