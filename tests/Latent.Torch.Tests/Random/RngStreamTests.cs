namespace Latent.Torch.Tests.Random;

public sealed class RngStreamTests
{
    [Fact]
    public void Equal_names_and_steps_give_equal_streams_and_others_differ()
    {
        var rng = new Rng(5);
        Rng[] streams =
        [
            rng, rng.Fork(""), rng.Fork("z"), rng.Fork("z", 1), rng.Fork("z", -1), rng.Fork("z", long.MaxValue), rng.Fork("z\0"), rng.Fork("\0z"),
            rng.Fork("zzzz"), rng.Fork("zzzz\0"), rng.Fork("zzzzz"), rng.Fork("encoder/weight"), rng.Fork("encoder/weights"), rng.Fork("z").Fork("z"),
            rng.Row(1), rng.Row(1).Fork("z"), rng.Fork("z").Row(1), rng.Row(2).Fork("z"), new Rng(6), new Rng(6).Fork("z"),
        ];

        Assert.Equal(streams.Length, streams.Distinct().Count());
        Assert.Equal(streams.Length, streams.Select(First).Distinct().Count());
        Assert.Equal(rng.Fork("encoder/weight", 3), rng.Fork(string.Concat("encoder", "/weight"), 3));
        Assert.Equal(rng, rng.Row(0));
        Assert.Equal(rng.Row(7), rng.Row(3).Row(7));
    }

    [Fact]
    public void A_fork_is_the_documented_hash()
    {
        // Links: the row with tag 0; the name four UTF-16 units at a time with tag 1; the step with tag 2 + length.
        var key = Philox.Block(9, 1ul << 63, 5).Low;
        key = Philox.Block('z' | (ulong)'ä' << 16 | (ulong)'1' << 32 | (ulong)'2' << 48, 1ul << 63 | 1, key).Low;
        key = Philox.Block('3', 1ul << 63 | 1, key).Low;
        key = Philox.Block(unchecked((ulong)-4), 1ul << 63 | 7, key).Low;

        Assert.Equal(new Rng(key), new Rng(5).Row(9).Fork("zä123", -4));
    }

    [Fact]
    public void Steps_and_names_do_not_collide()
    {
        var rng = new Rng(1);
        var keys = new HashSet<ulong>();
        for (var step = 0; step < 300; step++)
        {
            for (var name = 0; name < 300; name++) keys.Add(rng.Fork($"layer{name}", step).Key);
        }

        Assert.Equal(300 * 300, keys.Count);
    }

    [Fact]
    public void Errors_say_what_is_wrong()
    {
        var rng = new Rng(1);
        Assert.Throws<ArgumentNullException>("name", () => rng.Fork(null!));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => rng.Row(-1));
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => rng.Normal(new float[3], -1));
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => rng.Categorical(new float[3], new long[1], -1));
        Assert.Throws<ArgumentOutOfRangeException>("high", () => rng.Integers(new long[3], 5, 5));
        Assert.Throws<ArgumentException>("destination", () => rng.Bernoulli(new byte[3], new byte[4]));
        Assert.Throws<ArgumentException>("destination", () => rng.Bernoulli(new byte[3], new float[2]));
        Assert.Throws<ArgumentException>("destination", () => rng.Bernoulli(new float[3], new float[2]));
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-1e-30f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Probabilities_outside_the_unit_interval_are_refused(float p)
    {
        foreach (var place in new[] { 0, 5, 16, 36 })   // in a vector and after the last
        {
            var probabilities = new float[37];
            probabilities[place] = p;
            var error = Assert.Throws<ArgumentOutOfRangeException>("probabilities", () => new Rng(1).Bernoulli(probabilities, probabilities));
            Assert.Equal(p, error.ActualValue);
        }
    }

    [Fact]
    public void Logits_that_leave_no_choice_are_refused()
    {
        var rng = new Rng(1);
        const double never = double.NegativeInfinity;
        Assert.Contains("Logit 1 of row 1 is NaN", Assert.Throws<ArgumentException>("logits", () => rng.Categorical([0, 0, 0, double.NaN], new long[2])).Message, StringComparison.Ordinal);
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>("logits", () => rng.Categorical([0, 0, never, never], new long[2])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("logits", () => rng.Categorical(new float[5], new long[2]));
        Assert.Throws<ArgumentException>("logits", () => rng.Categorical(ReadOnlySpan<float>.Empty, new long[2]));
        Assert.Throws<ArgumentException>("logits", () => rng.Categorical(new float[2], []));
        rng.Categorical(ReadOnlySpan<float>.Empty, []);   // no draws, no logits
    }

    private static ulong First(Rng rng)
    {
        var word = new ulong[1];
        rng.Bits<ulong>(word);
        return word[0];
    }
}
