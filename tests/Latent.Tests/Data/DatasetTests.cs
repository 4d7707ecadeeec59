using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Data;

public sealed class DatasetTests : ScopedTest
{
    private static Dataset Greys(int count = 7, string name = "greys") => new(
        name, HostArray.From<byte>(Enumerable.Range(0, count * 15).Select(i => (byte)(i * 37)).ToArray(), [count, 1, 3, 5]), 256, [.. Enumerable.Range(0, count).Select(i => i % 3)],
        (["twice"], HostArray.From<float>(Enumerable.Range(0, count).Select(i => 2f * i).ToArray(), [count, 1])));

    private static Dataset Reals(int count = 5) => new("reals", HostArray.From<float>(Enumerable.Range(0, count * 3).Select(i => i * i / 7f).ToArray(), [count, 3]));

    private static Dataset Sequences() => new("tunes", HostArray.From<byte>([1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1], [6, 2]), 2, lengths: [2, 1, 3]);

    private static float[] Fractions(Dataset data, long example) => [.. data.Values.Bytes.Slice((int)(example * data.EventShape.Elements), (int)data.EventShape.Elements).ToArray().Select(b => b / (float)(data.Levels!.Value - 1))];

    [Fact]
    public void Bytes_become_fractions_of_white() => Scoped(() =>
    {
        var batch = Batches.InOrder(Greys(), 5, new(1)).At(1);
        Assert.Equal([5, 6], batch.Indices.ToArray());
        Assert.Equal(new Shape([2, 1, 3, 5]), batch.X.Shape);
        Assert.Equal([.. Fractions(Greys(), 5), .. Fractions(Greys(), 6)], batch.X.ToArray<float>());
        Assert.Equal([2L, 0], batch.Labels!.ToArray<long>());
        Assert.Null(batch.Lengths);
    });

    [Fact]
    public void Fractions_are_correctly_rounded()
    {
        for (var levels = 2; levels <= 256; levels++)
        {
            var values = Enumerable.Range(0, 263).Select(i => (byte)(i % levels)).ToArray();
            var fractions = new float[values.Length];
            LevelConversion.ToFractions(values, levels, fractions);
            Assert.Equal(values.Select(v => v / (float)(levels - 1)), fractions);
        }
    }

    [Fact]
    public void Types_differ_in_nothing_else() => Scoped(() =>
    {
        var single = Batches.Shuffled(Greys(), 5, new(1)).At(3);
        var exact = Batches.Shuffled(Greys(), 5, new(1), ElementType.Float64).At(3);
        var levels = Batches.Shuffled(Greys(), 5, new(1), ElementType.UInt8).At(3);
        Assert.Equal(single.X.ToArray<float>(), exact.X.ToArray<double>().Select(v => (float)v));
        Assert.Equal(single.X.ToArray<float>(), levels.X.ToArray<byte>().Select(v => v / 255f));
    });

    [Fact]
    public void Reals_stay() => Scoped(() =>
        Assert.Equal(Reals().Values.Values<float>()[..9].ToArray(), Batches.InOrder(Reals(), 3, new(1)).At(0).X.ToArray<float>()));

    [Fact]
    public void Each_epoch_has_its_own_order_and_no_example_twice() => Scoped(() =>
    {
        var batches = Batches.Shuffled(Greys(101), 7, new(3));
        Assert.Equal(14, batches.PerEpoch);
        var epochs = Enumerable.Range(0, 3).Select(e => Enumerable.Range(0, 14).SelectMany(s => batches.At(e * 14 + s).Indices.ToArray()).ToArray()).ToArray();
        foreach (var epoch in epochs) Assert.Equal(98, epoch.Distinct().Count());
        Assert.NotEqual(epochs[0], epochs[1]);
        Assert.NotEqual(Enumerable.Range(0, 101).Select(i => (long)i).Except(epochs[0]), Enumerable.Range(0, 101).Select(i => (long)i).Except(epochs[1]));
        Assert.Equal([0L, 1, 2], new[] { batches.At(13), batches.At(14), batches.At(28) }.Select(b => b.Epoch));
    });

    [Fact]
    public void A_step_depends_on_no_other() => Scoped(() =>
    {
        var data = Greys(101).Binarized(new() { Binarization = Binarization.Dynamic });
        var through = Batches.Shuffled(data, 7, new(3));
        for (var step = 0; step < 40; step++)
        {
            var here = through.At(step);
            var alone = Batches.Shuffled(data, 7, new(3)).At(step);
            Assert.Equal(here.Indices.ToArray(), alone.Indices.ToArray());
            Assert.True(here.X.Equal(alone.X));
        }
    });

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(7)]
    public void Shares_are_the_batch(int parts) => Scoped(() =>
    {
        var batches = Batches.Shuffled(Greys(101).Binarized(new() { Binarization = Binarization.Dynamic }), 7, new(3));
        var whole = batches.At(17);
        var shares = Enumerable.Range(0, parts).Select(p => batches.At(17, p, parts)).ToArray();
        Assert.True(whole.X.Equal(Tensor.Cat([.. shares.Select(s => s.X)])));
        Assert.True(whole.Labels!.Equal(Tensor.Cat([.. shares.Select(s => s.Labels!)])));
        Assert.InRange(shares.Max(s => s.Indices.Length) - shares.Min(s => s.Indices.Length), 0, 1);
    });

    [Fact]
    public void Threads_get_the_same_batches()
    {
        var batches = Batches.Shuffled(Greys(101), 7, new(3));
        long[][] Orders() => [.. Enumerable.Range(0, 50).Select(s => Scope(() => batches.At(s).Indices.ToArray()))];
        var expected = Orders();
        Parallel.For(0, 8, _ => Assert.Equal(expected, Orders()));

        static long[] Scope(Func<long[]> body)
        {
            using var scope = TensorScope.Open();
            return body();
        }
    }

    [Fact]
    public void Dynamic_binarization_draws_with_the_grey_value_anew_each_epoch() => Scoped(() =>
    {
        var grey = new Dataset("grey", HostArray.From<byte>([0, 51, 255], [1, 3]), 256).Binarized(new() { Binarization = Binarization.Dynamic });
        Assert.Equal(256, grey.Levels);
        var batches = Batches.InOrder(grey, 1, new(5));
        var draws = Enumerable.Range(0, 4000).Select(s => batches.At(s).X.ToArray<float>()).ToArray();
        Assert.All(draws, d => Assert.True(d[0] == 0 && d[2] == 1 && d[1] is 0 or 1));
        Assert.InRange(draws.Average(d => d[1]), 0.2 - 5 * 0.0063, 0.2 + 5 * 0.0063);   // five standard errors
    });

    [Theory]
    [InlineData(256), InlineData(17)]
    public void Static_binarization_is_drawn_once(int levels) => Scoped(() =>
    {
        var values = Enumerable.Range(0, 7000).Select(i => (byte)(i % levels)).ToArray();
        var data = new Dataset("grey", HostArray.From<byte>(values, [100, 70]), levels);
        var preprocessing = new Preprocessing { Binarization = Binarization.Static, Seed = 3 };
        var once = data.Binarized(preprocessing);
        Assert.Equal(2, once.Levels);
        Assert.Equal(preprocessing, once.Preprocessing);
        Assert.Equal(once.Values.Bytes.ToArray(), data.Binarized(preprocessing).Values.Bytes.ToArray());
        Assert.NotEqual(once.Values.Bytes.ToArray(), data.Binarized(preprocessing with { Seed = 4 }).Values.Bytes.ToArray());
        Assert.True(Batches.InOrder(once, 100, new(1)).At(0).X.Equal(Batches.InOrder(once, 100, new(2)).At(5).X));
        var surplus = values.Zip(once.Values.Bytes.ToArray(), (v, b) => b - v / (levels - 1.0)).Sum();
        Assert.InRange(surplus, -5 * Math.Sqrt(7000 / 4.0), 5 * Math.Sqrt(7000 / 4.0));
    });

    [Fact]
    public void Threshold_binarization_counts_the_threshold_as_white()
    {
        var data = new Dataset("grey", HostArray.From<byte>([0, 127, 128, 255], [1, 4]), 256);
        Assert.Equal([0, 0, 1, 1], data.Binarized(new() { Binarization = Binarization.Threshold }).Values.Bytes.ToArray());
        Assert.Equal([0, 1, 1, 1], data.Binarized(new() { Binarization = Binarization.Threshold, Threshold = 127 / 255.0 }).Values.Bytes.ToArray());
        Assert.Throws<ArgumentException>(() => data.Binarized(new() { Binarization = Binarization.Threshold, Threshold = 0 }));
        Assert.Contains("real", Assert.Throws<ArgumentException>(() => Reals().Binarized(new() { Binarization = Binarization.Dynamic })).Message);
    }

    [Fact]
    public void Sequences_are_filled_up_with_zeros() => Scoped(() =>
    {
        var batch = Batches.InOrder(Sequences(), 3, new(1)).At(0);
        Assert.Equal(new Shape([3, 3, 2]), batch.X.Shape);
        Assert.Equal([2L, 1, 3], batch.Lengths!.ToArray<long>());
        Assert.Equal([1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1], batch.X.ToArray<float>());
        var two = Batches.InOrder(Sequences().Take([1, 0]), 2, new(1)).At(0);
        Assert.Equal([1, 1, 0, 0, 1, 0, 0, 1], two.X.ToArray<float>());
    });

    [Fact]
    public void Parts_keep_what_belongs_together()
    {
        var taken = Greys().Take([6, 2, 2], "some");
        Assert.Equal("some: 3 × [1, 3, 5], 256 levels", taken.ToString());
        Assert.Equal([0, 2, 2], taken.Labels!);
        Assert.Equal([12f, 4, 4], taken.Factors!.Values<float>().ToArray());
        Assert.Equal(Greys().Values.Bytes[90..].ToArray(), taken.Values.Bytes[..15].ToArray());
        Assert.Equal([0f, 4, 8], Greys().Strided(3).Factors!.Values<float>().ToArray());
        Assert.Equal(7, Greys().Strided(99).Count);
        Assert.Equal([2f, 4], Greys().Slice(1, 2).Factors!.Values<float>().ToArray());
        Assert.Equal(new Shape([15]), Greys().Reshaped([15]).EventShape);
        Assert.Throws<ArgumentException>(() => Greys().Reshaped([14]));
        Assert.Contains("0 to 6", Assert.Throws<ArgumentOutOfRangeException>(() => Greys().Take([7])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Greys().Slice(5, 3));
    }

    [Fact]
    public void Random_splits_share_nothing_and_lose_nothing()
    {
        var splits = DataSplits.Random(Greys(97), 0.1, 0.2, seed: 5);
        Assert.Equal((68, 10, 19), (splits.Train.Count, splits.Validation!.Count, splits.Test!.Count));
        float[] all = [.. new[] { splits.Train, splits.Validation, splits.Test }.SelectMany(s => s.Factors!.Values<float>().ToArray())];
        Assert.Equal(Enumerable.Range(0, 97).Select(i => 2f * i), all.Order());
        Assert.Equal("random: 68 / 10 / 19, seed 5", splits.Protocol);
        Assert.Equal("greys/test", splits.Test.Name);
        Assert.Throws<ArgumentOutOfRangeException>(() => DataSplits.Random(Greys(), 0.5, 0.5));
        Assert.Null(DataSplits.Random(Greys(), 0, 0.2).Validation);
    }

    [Fact]
    public void The_end_of_training_data_is_held_out()
    {
        var splits = DataSplits.HoldOut("greys", Greys(11), Greys(5), 3);
        Assert.Equal([16f, 18, 20], splits.Validation!.Factors!.Values<float>().ToArray());
        Assert.Equal(8, splits.Train.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => DataSplits.HoldOut("greys", Greys(), Greys(), 7));
    }

    [Fact]
    public void Preprocessing_is_done_to_all_parts_and_recorded()
    {
        var splits = DataSplits.Random(Greys(97)).Preprocessed(new() { Binarization = Binarization.Static, Seed = 7 });
        Assert.Equal("static binarization (seed 7)", splits.Preprocessing.ToString());
        Assert.All([splits.Train, splits.Validation!, splits.Test!], part => Assert.Equal((2, splits.Preprocessing), (part.Levels!.Value, part.Preprocessing)));
        Assert.Same(splits, splits.Preprocessed(splits.Preprocessing));
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => splits.Preprocessed(new() { Binarization = Binarization.Dynamic })).Message);
        Assert.Throws<ArgumentException>(() => new DataSplits("mixed", "", Greys(), Reals()));
    }

    [Fact]
    public void Standardisation_is_fitted_on_the_training_set_alone()
    {
        var train = new Dataset("x/train", HostArray.From<float>([1, 5, 3, 5, 5, 5], [3, 2]));
        var test = new Dataset("x/test", HostArray.From<float>([9, 7], [1, 2]));
        var splits = new DataSplits("x", "given", train, null, test).Preprocessed(new() { Standardize = true });
        var sigma = Math.Sqrt(8 / 3.0);
        Assert.Equal([3, 5], splits.Standardization!.Mean.ToArray());
        Assert.Equal([sigma, 1], splits.Standardization.Scale.ToArray());   // a constant column keeps its scale
        Assert.Equal([(float)(-2 / sigma), 0, 0, 0, (float)(2 / sigma), 0], splits.Train.Values.Values<float>().ToArray());
        Assert.Equal([(float)(6 / sigma), 2], splits.Test!.Values.Values<float>().ToArray());
        Assert.Equal("standardisation", splits.Preprocessing.ToString());
        Assert.Equal(-Math.Log(sigma), splits.Standardization.LogDet, 12);
        Assert.Throws<ArgumentException>(() => Standardization.Fit(Greys()));
        Assert.Throws<ArgumentException>(() => splits.Standardization.Apply(Reals()));
    }

    [Fact]
    public void A_change_of_units_moves_log_likelihoods_by_its_log_determinant_and_nothing_else()
    {
        // log p(x) of the Gaussian that a standardised standard normal stands for, in metres and in other units.
        float[] units = [1024, 0.125f, 4];   // powers of two, so that no rounding differs
        var rng = new Rng(9);
        var metres = new float[7 * 3];
        rng.Normal(metres);
        var others = metres.Select((v, i) => v * units[i % 3]).ToArray();
        Assert.Equal(LogLikelihoods(metres).Select(l => l - units.Sum(u => Math.Log(u))), LogLikelihoods(others), (a, b) => Math.Abs(a - b) < 1e-12);

        static double[] LogLikelihoods(float[] values)
        {
            var data = new Dataset("x", HostArray.From<float>(values, [7, 3]));
            var standardization = Standardization.Fit(data);
            var z = standardization.Apply(data).Values.Values<float>().ToArray();
            return [.. z.Chunk(3).Select(row => row.Sum(v => -0.5 * (v * (double)v + Math.Log(2 * Math.PI))) + standardization.LogDet)];
        }
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        var bytes = HostArray.From<byte>([0, 1, 2, 3], [2, 2]);
        var reals = HostArray.From<float>([0, 1, 2, 3], [2, 2]);
        Refuses("two axes", () => new Dataset("x", HostArray.From<byte>([0, 1], [2]), 2));
        Refuses("2 levels end at 1", () => new Dataset("x", bytes, 2));
        Refuses("Float32, not UInt8", () => new Dataset("x", bytes));
        Refuses("UInt8, not Float32", () => new Dataset("x", reals, 256));
        Refuses("2 to 256", () => new Dataset("x", bytes, 257));
        Refuses("value 1 is NaN", () => new Dataset("x", HostArray.From<float>([0, float.NaN], [2, 1])));
        Refuses("3 labels do not go with 2", () => new Dataset("x", bytes, 4, [0, 1, 2]));
        Refuses("label -1", () => new Dataset("x", bytes, 4, [0, -1]));
        Refuses("[examples = 2, names = 2]", () => new Dataset("x", bytes, 4, factors: (["a", "b"], HostArray.From<float>([0, 1], [2, 1]))));
        Refuses("3 steps together", () => new Dataset("x", bytes, 4, lengths: [1, 2]));
        Refuses("0 steps", () => new Dataset("x", bytes, 4, lengths: [2, 0]));
        Refuses("at most 2", () => Batches.Shuffled(new("x", bytes, 4), 3, new(1)));
        Refuses("at least 1", () => Batches.InOrder(new("x", bytes, 4), 0, new(1)));
        Refuses("Float32 or Float64", () => Batches.InOrder(new("x", reals), 1, new(1), ElementType.UInt8));

        static void Refuses(string words, Func<object> make) => Assert.Contains(words, Assert.ThrowsAny<ArgumentException>(make).Message);
    }
}
