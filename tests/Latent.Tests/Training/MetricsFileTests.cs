using Latent.Torch;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Training;

public sealed class MetricsFileTests
{
    private static Dictionary<string, double> Values(double elbo) => new() { ["elbo"] = elbo };

    [Fact]
    public void Lines_are_json_with_the_fewest_digits()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        using (var file = new MetricsFile(path))
        {
            file.Append(20, new Dictionary<string, double> { ["train/elbo"] = -104.25, ["rate"] = 0.1, ["seconds"] = 3 });
            file.Append(40, new Dictionary<string, double> { ["a"] = double.NaN, ["b"] = double.PositiveInfinity, ["c"] = double.NegativeInfinity, ["d"] = 1e-300 });
        }
        Assert.Equal(
            """
            {"step":20,"train/elbo":-104.25,"rate":0.1,"seconds":3}
            {"step":40,"a":"NaN","b":"Infinity","c":"-Infinity","d":1E-300}

            """, File.ReadAllText(path));
    }

    [Fact]
    public void Lines_come_back_bit_by_bit()
    {
        using var folder = new TemporaryFolder();
        var bits = new ulong[500];
        new Rng(1).Fork("bits").Bits(bits);
        var values = bits.Select((b, i) => (Name: $"v{i}", Value: BitConverter.UInt64BitsToDouble(b)))
            .Append(("largest", double.MaxValue)).Append(("smallest", double.Epsilon)).Append(("zero", -0.0)).Append(("\"ä\n", double.NaN))
            .Select(v => KeyValuePair.Create(v.Item1, v.Item2)).ToArray();
        using (var file = new MetricsFile(folder.At("metrics.jsonl"))) file.Append(long.MaxValue, values);

        var record = Assert.Single(MetricsFile.Read(folder.At("metrics.jsonl")));
        Assert.Equal(long.MaxValue, record.Step);
        Assert.Equal(values.Select(v => v.Key), record.Values.Keys);
        Assert.Equal(values.Select(v => v.Value), record.Values.Values);
        Assert.Equal(double.NegativeInfinity, 1 / record.Values["zero"]);
    }

    [Fact]
    public void Each_line_is_there_at_once_and_a_file_is_continued()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        using (var file = new MetricsFile(path))
        {
            Assert.Empty(MetricsFile.Read(path));
            file.Append(1, Values(-5));
            Assert.Single(MetricsFile.Read(path));
        }
        using (var file = new MetricsFile(path)) file.Append(2, Values(-4));
        Assert.Equal([(1, -5), (2, -4)], MetricsFile.Read(path).Select(r => (r.Step, r.Values["elbo"])));
    }

    [Fact]
    public void Resuming_drops_later_steps()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        using (var file = new MetricsFile(path))
        {
            foreach (var step in (long[])[10, 20, 20, 30, 15, 40]) file.Append(step, Values(-step));
            file.TruncateAfter(20);
            file.Append(21, Values(-21));
        }
        Assert.Equal([10, 20, 20, 15, 21], MetricsFile.Read(path).Select(r => r.Step));
        Assert.Equal(["metrics.jsonl"], folder.Files);
        using (var file = new MetricsFile(path))
        {
            file.TruncateAfter(1000); // nothing
            Assert.Equal(5, MetricsFile.Read(path).Count);
            file.TruncateAfter(9); // all
            Assert.Empty(File.ReadAllText(path));
        }
    }

    [Fact]
    public void A_torn_line_is_passed_over_and_cut_off_wherever_it_was_torn()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        using (var file = new MetricsFile(path))
        {
            file.Append(1, Values(-1));
            file.Append(2, Values(-2));
        }
        var whole = File.ReadAllBytes(path);
        var first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (var length = first; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Equal([1], MetricsFile.Read(path).Select(r => r.Step));
            using (var file = new MetricsFile(path))
            {
                file.TruncateAfter(2);
                file.Append(2, Values(-2));
            }
            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{\"step\":1}}")]
    [InlineData("[1]")]
    [InlineData("{\"elbo\":1}")]
    [InlineData("{\"step\":1.5}")]
    [InlineData("{\"step\":\"1\"}")]
    [InlineData("{\"step\":1,\"elbo\":\"high\"}")]
    [InlineData("{\"step\":1,\"elbo\":null}")]
    [InlineData("{\"step\":1,\"elbo\":2,\"elbo\":3}")]
    [InlineData("")]
    public void Lines_of_other_files_are_refused(string line)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        File.WriteAllText(path, $"{{\"step\":1,\"elbo\":2}}\n{line}\n");
        Assert.StartsWith($"{path}: line 2: ", Assert.Throws<MalformedFileException>(() => MetricsFile.Read(path)).Message);
        using var file = new MetricsFile(path);
        Assert.Throws<MalformedFileException>(() => file.TruncateAfter(0));
    }

    [Fact]
    public void Names_come_once()
    {
        using var folder = new TemporaryFolder();
        using var file = new MetricsFile(folder.At("metrics.jsonl"));
        Assert.Throws<ArgumentException>(() => file.Append(1, [new("elbo", 1), new("elbo", 2)]));
        Assert.Contains("'step'", Assert.Throws<ArgumentException>(() => file.Append(1, [new("step", 1)])).Message);
        Assert.Empty(MetricsFile.Read(folder.At("metrics.jsonl")));
    }

    [Fact]
    public void A_full_disk_is_reported()
    {
        using var file = new MetricsFile("/dev/full");
        Assert.Throws<IOException>(() => file.Append(1, Values(1)));
    }
}
