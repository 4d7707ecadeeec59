using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class MaskExtentsTests
{
    [Fact]
    public void Blocks_of_a_triangle_reach_to_its_diagonal()
    {
        const int Outputs = 70, Inputs = 37;
        var mask = new bool[Outputs * Inputs];
        for (var o = 0; o < Outputs; o++)
            for (var i = 0; i < Inputs; i++) mask[o * Inputs + i] = i < o;
        var extents = new MaskExtents(Outputs, Inputs, mask);
        Assert.True(extents.Saves);
        Assert.Equal(
            [new(0, 31), new(0, 37), new(0, 37), new(1, 70), new(33, 70)],
            new ReadOnlySpan<MaskExtent>(extents.Pointer, MaskExtents.Blocks(Outputs) + MaskExtents.Blocks(Inputs)).ToArray());
    }

    [Fact]
    public void An_empty_block_has_an_empty_extent_and_a_full_mask_saves_nothing()
    {
        var empty = new MaskExtents(2, 3, new bool[6]);
        Assert.Equal([default, default], new ReadOnlySpan<MaskExtent>(empty.Pointer, 2).ToArray());
        Assert.False(new MaskExtents(2, 3, [true, true, true, true, true, false]).Saves);
    }

    [Theory]
    [InlineData(0, 5, 3, 5)]
    [InlineData(4, 20, 4, 9)]
    [InlineData(0, 3, 3, 3)]
    [InlineData(9, 20, 9, 9)]
    public void A_part_of_an_extent_lies_in_both(int first, int end, int expectedFirst, int expectedEnd) =>
        Assert.Equal(new(expectedFirst, expectedEnd), new MaskExtent(3, 9).Within(first, end));
}
