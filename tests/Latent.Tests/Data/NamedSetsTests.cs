using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Data;

public sealed class NamedSetsTests
{
    private static DataSplits Load(string name)
    {
        var set = NamedSets.Find(name);
        Assert.True(set.IsPresent(RequiresDataFactAttribute.Root));
        var splits = set.Load(RequiresDataFactAttribute.Root);
        Assert.Equal((name, set.Sizes), (splits.Name, splits.Sizes));
        Assert.Contains(set.Examples, splits.Train.Description);
        return splits;
    }

    private static (long, long, long) Counts(DataSplits splits) => (splits.Train.Count, splits.Validation!.Count, splits.Test!.Count);

    public static TheoryData<string> Generated => [.. NamedSets.All.Where(set => set.IsGenerated).Select(set => set.Name)];

    [Fact]
    public void Names_are_distinct_and_files_have_checksums()
    {
        Assert.Equal(NamedSets.All.Count, NamedSets.All.Select(set => set.Name).Distinct().Count());
        foreach (var file in NamedSets.All.SelectMany(set => set.Files)) Assert.Equal(64, file.Sha256.Length);
        Assert.True(NamedSets.Find("fashion-mnist").IsDownloadable);
        Assert.False(NamedSets.Find("cifar10").IsDownloadable);
        Assert.All(NamedSets.All, set => Assert.NotEmpty(set.Description));
    }

    [Theory, MemberData(nameof(Generated))]
    public void Generated_sets_are_always_there(string name)
    {
        var set = NamedSets.Find(name);
        Assert.True(set.IsPresent(null));
        var splits = set.Load(null);
        Assert.Equal((name, set.Sizes), (splits.Name, splits.Sizes));
        Assert.Contains(set.Examples, splits.Train.Description);
    }

    [Fact]
    public void What_is_missing_is_said_with_a_remedy()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<FileNotFoundException>(() => NamedSets.Find("mnist").Load(folder.At("")));
        Assert.Contains("train-images-idx3-ubyte.gz", error.Message);
        Assert.Contains("latent data download mnist", error.Message);
        Assert.Contains("LATENT_DATA", Assert.Throws<FileNotFoundException>(() => NamedSets.Find("cifar10").Load(null)).Message);
        Assert.Contains("There is no data set 'mnits'. Did you mean 'mnist'?", Assert.Throws<KeyNotFoundException>(() => NamedSets.Find("mnits")).Message);
        Assert.Equal("here", NamedSets.Root("here"));
    }

    [RequiresDataFact("mnist")]
    public void Mnist()
    {
        var splits = Load("mnist");
        Assert.Equal((50_000, 10_000, 10_000), Counts(splits));
        Assert.Equal([5, 0, 4, 1, 9], splits.Train.Labels!.Take(5));
        Assert.Equal([7, 2, 1, 0, 4], splits.Test!.Labels!.Take(5));
        Assert.Equal(0.1307, (splits.Train.Values.Bytes.ToArray().Sum(b => (long)b) + splits.Validation!.Values.Bytes.ToArray().Sum(b => (long)b)) / (60_000 * 784 * 255.0), 4);
    }

    [RequiresDataFact("binarized-mnist")]
    public void Binarized_mnist()
    {
        var splits = Load("binarized-mnist");
        Assert.Equal((50_000, 10_000, 10_000), Counts(splits));
        Assert.Equal((2, Binarization.Static), (splits.Train.Levels!.Value, splits.Preprocessing.Binarization));
        Assert.Equal("binary already", splits.Preprocessing.ToString());
        foreach (var seed in new ulong[] { 0, 3 }) Assert.Same(splits, splits.Preprocessed(new() { Binarization = Binarization.Static, Seed = seed }));
        Assert.Throws<ArgumentException>(() => splits.Preprocessed(new() { Binarization = Binarization.Dynamic }));
    }

    [RequiresDataFact("fashion-mnist")]
    public void Fashion_mnist()
    {
        var splits = Load("fashion-mnist");
        Assert.Equal([9, 0, 0, 3, 0], splits.Train.Labels!.Take(5));
        Assert.All(splits.Test!.Labels!.CountBy(label => label), count => Assert.Equal(1000, count.Value));
    }

    [RequiresDataFact("omniglot-small")]
    public void Omniglot_small()
    {
        var splits = Load("omniglot-small");
        Assert.Equal((3872, 484, 484), Counts(splits));
        Assert.Equal(242, splits.Train.Labels!.Concat(splits.Validation!.Labels!).Concat(splits.Test!.Labels!).Distinct().Count());
    }

    [RequiresDataFact("cifar10")]
    public void Cifar10()
    {
        var splits = Load("cifar10");
        Assert.Equal((9_000, 1_000, 1_000), Counts(splits));
        Assert.Equal([6, 9, 9, 4, 1], splits.Train.Labels!.Take(5));   // frog, truck, truck, deer, automobile
    }

    [RequiresDataFact("optdigits")]
    public void Optdigits()
    {
        var splits = Load("optdigits");
        Assert.Equal((3441, 382, 1797), Counts(splits));
        Assert.Equal(17, splits.Train.Levels);
        Assert.Equal(10, splits.Validation!.Labels!.Distinct().Count());
        Assert.Equal(16, splits.Test!.Values.Bytes.ToArray().Max());
    }

    [RequiresDataFact("uci")]
    public void Uci()
    {
        foreach (var set in NamedSets.All.Where(set => set.Name.StartsWith("uci/", StringComparison.Ordinal)))
        {
            var splits = Load(set.Name);
            Assert.Single(splits.Train.FactorNames);
            var standardized = splits.Preprocessed(new() { Standardize = true });
            Assert.True(double.IsFinite(standardized.Standardization!.LogDet), set.Name);
        }
        Assert.Equal(1599, Load("uci/wine") is var wine ? wine.Train.Count + wine.Validation!.Count + wine.Test!.Count : 0);
        Assert.Equal((3918, 490, 490), Counts(Load("uci/winequality-white")));
        Assert.Equal(new Shape([11]), Load("uci/winequality-white").Train.EventShape);
    }

    [RequiresDataFact("debd")]
    public void Debd()
    {
        Assert.Equal((16_181, 2_157, 3_236), Counts(Load("debd/nltcs")));
        Assert.Equal("180", Load("debd/dna").Train.EventShape.ToString().Trim('[', ']'));
    }

    [RequiresDataFact("polyphonic-music")]
    public void Polyphonic_music()
    {
        var chorales = Load("polyphonic-music/jsb-chorales");
        Assert.Equal((229, 76, 77), Counts(chorales));
        Assert.Equal(4725, chorales.Test!.Lengths!.Sum());
        Assert.Equal((694, 173, 170), Counts(Load("polyphonic-music/nottingham")));
        Assert.Equal((87, 12, 25), Counts(Load("polyphonic-music/piano-midi")));
        Assert.Equal((524, 135, 124), Counts(Load("polyphonic-music/musedata")));
    }

    [RequiresDataFact("jsb-chorales")]
    public void Jsb_chorales() => Assert.Equal((229, 76, 77), Counts(Load("jsb-chorales")));

    [RequiresDataFact("SHA256SUMS")]
    public async Task Files_are_those_that_were_listed()
    {
        foreach (var set in NamedSets.All.Where(set => set.IsPresent(RequiresDataFactAttribute.Root)))
            Assert.Empty(await set.DamagedFilesAsync(RequiresDataFactAttribute.Root));
    }
}
