using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Data;

public sealed class CifarAndPianoRollTests : ScopedTest
{
    private static byte[] Records(params byte[] labels) => [.. labels.SelectMany((label, r) => Enumerable.Range(0, 3072).Select(i => (byte)(i % 251 + r)).Prepend(label))];

    private static MalformedFileException Refused(byte[] content, Func<string, object> read)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("x"), content);
        return Assert.Throws<MalformedFileException>(() => read(folder.At("x")));
    }

    private static DataSplits Rolls(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("x"), json);
        return PianoRollFile.Read("tunes", folder.At("x"));
    }

    [Fact]
    public void Cifar_records_are_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.At("a"), Records(3, 9));
        File.WriteAllBytes(folder.At("b"), Records(0));
        var data = CifarFile.Read("three", folder.At("a"), folder.At("b"));
        Assert.Equal("three: 3 × [3, 32, 32], 256 levels", data.ToString());
        Assert.Equal([3, 9, 0], data.Labels!);
        Assert.Equal(Records(3)[1..], data.Values.Bytes[..3072].ToArray());
        Assert.Equal(Records(3, 9)[3074..], data.Values.Bytes[3072..6144].ToArray());
    }

    [Fact]
    public void Bad_cifar_files_are_refused()
    {
        Assert.Contains("whole number of records", Refused(Records(3)[..^1], path => CifarFile.Read("x", path)).Message);
        Assert.Contains("whole number of records", Refused([], path => CifarFile.Read("x", path)).Message);
        Assert.Equal("byte 3073", Refused(Records(3, 10), path => CifarFile.Read("x", path)).Place);
    }

    [Fact]
    public void Piano_rolls_are_read() => Scoped(() =>
    {
        var splits = Rolls("""{"train": [[[21, 108], []], [[60]]], "valid": [[[22]]], "test": [[[23], [23, 24], []]]}""");
        Assert.Equal("as published: 2 / 1 / 1 pieces", splits.Protocol);
        Assert.Equal("tunes/train: 2 × sequences of [88], binary", splits.Train.ToString());
        Assert.Equal([3], splits.Test!.Lengths!);
        var batch = Batches.InOrder(splits.Train, 2, new(1)).At(0);
        Assert.Equal(new Shape([2, 2, 88]), batch.X.Shape);
        Assert.Equal([2L, 1], batch.Lengths!.ToArray<long>());
        var x = batch.X.ToArray<float>();
        Assert.Equal([0, 87, 176 + 39], Enumerable.Range(0, x.Length).Where(i => x[i] == 1));
    });

    [Theory]
    [InlineData("[]", "line 1", "no object")]
    [InlineData("""{"train": [""", "line 1, byte 12", "no JSON")]
    [InlineData("""{"train": [[[60]]], "valid": [[[60]]]}""", "top level", "no part 'test'")]
    [InlineData("""{"train": [], "valid": [[[60]]], "test": [[[60]]]}""", "train", "no pieces")]
    [InlineData("""{"train": [[[60]], []], "valid": [[[60]]], "test": [[[60]]]}""", "train[1]", "no steps")]
    [InlineData("""{"train": [[[60]]], "valid": [[60]], "test": [[[60]]]}""", "valid[0][0]", "no list")]
    [InlineData("""{"train": [[[60]]], "valid": [[[60]]], "test": [[[60], [60, 20]]]}""", "test[0][1][1]", "'20' is no pitch from 21 to 108")]
    [InlineData("""{"train": [[[60]]], "valid": [[[60.5]]], "test": [[[60]]]}""", "valid[0][0][0]", "'60.5' is no pitch")]
    [InlineData("""{"train": [[["C4"]]], "valid": [[[60]]], "test": [[[60]]]}""", "train[0][0][0]", "is no pitch")]
    public void Bad_piano_rolls_are_refused(string json, string place, string problem)
    {
        var error = Assert.Throws<MalformedFileException>(() => Rolls(json));
        Assert.Contains(problem, error.Message);
        Assert.Equal(place, error.Place);
    }
}
