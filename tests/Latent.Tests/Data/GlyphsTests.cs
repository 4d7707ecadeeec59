using Latent.Data;

namespace Latent.Tests.Data;

public sealed class GlyphsTests
{
    private static readonly Dataset Digits = Glyphs.Make(2003, seed: 1);

    [Fact]
    public void Classes_are_balanced_and_in_random_order()
    {
        var counts = Digits.Labels!.CountBy(label => label).ToDictionary();
        Assert.Equal(10, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 200, 201));
        Assert.All(Enumerable.Range(0, 10), digit => Assert.Contains(digit, Digits.Labels!.Take(100)));
    }

    [Fact]
    public void A_seed_says_all()
    {
        Assert.Equal(Digits.Values.Bytes.ToArray(), Glyphs.Make(2003, seed: 1).Values.Bytes.ToArray());
        Assert.NotEqual(Digits.Values.Bytes.ToArray(), Glyphs.Make(2003, seed: 2).Values.Bytes.ToArray());
        var splits = Glyphs.MakeSplits(20, 10, 10);
        Assert.NotEqual(splits.Validation!.Values.Bytes.ToArray(), splits.Test!.Values.Bytes.ToArray());
    }

    [Fact]
    public void Ink_is_grey_at_the_edges_alone_within_a_margin_and_centred()
    {
        var pixels = Digits.Values.Bytes.ToArray().Chunk(28 * 28).ToArray();
        Assert.InRange(pixels.Average(p => p.Average(b => (double)b)), 25, 45);   // MNIST: 33
        Assert.InRange(pixels.Average(p => p.Count(b => b is > 0 and < 255)), 60, 150);
        foreach (var picture in pixels)
        {
            Assert.InRange(picture.Max(), 200, 255);
            for (var i = 0; i < 28; i++)
                Assert.Equal(0, picture[i] + picture[27 * 28 + i] + picture[28 * i] + picture[28 * i + 27]);
            var ink = picture.Sum(b => (double)b);
            Assert.InRange(picture.Select((b, i) => b * (i % 28 + 0.5)).Sum() / ink, 12, 16);
            Assert.InRange(picture.Select((b, i) => b * (i / 28 + 0.5)).Sum() / ink, 12, 16);
        }
    }

    [Fact]
    public void Digits_are_told_apart_by_their_nearest_neighbours()
    {
        var pictures = Digits.Values.Bytes.ToArray().Chunk(28 * 28).Select(p => p.Select(b => b / 255f).ToArray()).ToArray();
        var right = Enumerable.Range(0, 200).Count(i =>
            Digits.Labels![Enumerable.Range(200, 1800).MinBy(j => System.Numerics.Tensors.TensorPrimitives.Distance<float>(pictures[i], pictures[j]))] == Digits.Labels[i]);
        Assert.InRange(right, 190, 200);
    }

    [Fact]
    public void No_two_are_alike() => Assert.Equal(2003, Digits.Values.Bytes.ToArray().Chunk(28 * 28).Select(Convert.ToHexString).Distinct().Count());
}
