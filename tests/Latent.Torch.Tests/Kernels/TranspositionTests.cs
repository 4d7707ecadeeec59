using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class TranspositionTests
{
    [Theory]
    [InlineData(0, 5, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(16, 4, 0)]
    [InlineData(17, 7, 3)]
    [InlineData(67, 31, 2)]
    [InlineData(13, 67, 0)]
    public void Every_element_finds_its_place_and_gaps_stay(int rows, int columns, int gap)
    {
        Check(rows, columns, gap, Numbers.Floats(rows * (columns + gap), 1), float.NaN);
        Check(rows, columns, gap, Numbers.Spread(rows * (columns + gap), 1), double.NaN);
    }

    private static void Check<T>(int rows, int columns, int gap, T[] source, T untouched) where T : unmanaged
    {
        var (sourceStride, destinationStride) = (columns + gap, rows + gap);
        var destination = new T[columns * destinationStride];
        Array.Fill(destination, untouched);
        fixed (T* s = source, d = destination) Transposition.Transpose(rows, columns, s, sourceStride, d, destinationStride);
        for (var i = 0; i < destination.Length; i++)
        {
            var (c, r) = (i / destinationStride, i % destinationStride);
            Assert.Equal(r < rows ? source[r * sourceStride + c] : untouched, destination[i]);
        }
    }
}
