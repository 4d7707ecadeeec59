using Latent.Torch;

namespace Latent.Data;

/// <summary>The data sets that are known by name. Generated ones are always there; the others lie in files under the data root.</summary>
public static class NamedSets
{
    /// <summary>The variable that names the data root where <c>--data-root</c> does not.</summary>
    public const string RootVariable = "LATENT_DATA";

    private static readonly NamedSet[] FromFiles =
    [
        new(
            "mnist", "handwritten digits", "[1, 28, 28], 256 levels", "LeCun, Bottou, Bengio, Haffner 1998", new(50_000, 10_000, 10_000),
            [
                new("mnist/train-images-idx3-ubyte.gz", "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", new("https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz")),
                new("mnist/train-labels-idx1-ubyte.gz", "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", new("https://ossci-datasets.s3.amazonaws.com/mnist/train-labels-idx1-ubyte.gz")),
                new("mnist/t10k-images-idx3-ubyte.gz", "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", new("https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz")),
                new("mnist/t10k-labels-idx1-ubyte.gz", "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", new("https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz")),
            ],
            root => ImagePairs("mnist", root, 10_000)),
        new(
            "binarized-mnist", "MNIST after one static binarization, as used in the literature", "[1, 28, 28], binary", "Salakhutdinov, Murray 2008; Larochelle, Murray 2011", new(50_000, 10_000, 10_000),
            [
                new("binarized-mnist/binarized-mnist-train-images-idx3-ubyte.gz", "d0d5ec3276784441c5dd8bf344d5a89fad70618f39e7f441eb045da4dc0b1896"),
                new("binarized-mnist/binarized-mnist-valid-images-idx3-ubyte.gz", "1ca89ab1f36dcd1a7673bf99e99f502dc7cbb2509b78d8b591dacf4bdb5f5a64"),
                new("binarized-mnist/binarized-mnist-test-images-idx3-ubyte.gz", "afa94ecd5e76f507641607e0cdb47eb5760489104a639cb5ec8e62ffe0897492"),
            ],
            BinarizedMnist),
        new(
            "fashion-mnist", "pictures of clothes", "[1, 28, 28], 256 levels", "Xiao, Rasul, Vollgraf 2017", new(50_000, 10_000, 10_000),
            [
                new("fashion-mnist/train-images-idx3-ubyte.gz", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz")),
                new("fashion-mnist/train-labels-idx1-ubyte.gz", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-labels-idx1-ubyte.gz")),
                new("fashion-mnist/t10k-images-idx3-ubyte.gz", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-images-idx3-ubyte.gz")),
                new("fashion-mnist/t10k-labels-idx1-ubyte.gz", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-labels-idx1-ubyte.gz")),
            ],
            root => ImagePairs("fashion-mnist", root, 10_000)),
        new(
            "omniglot-small", "letters of eight alphabets by twenty drawers; not the split of published likelihoods", "[1, 28, 28], 256 levels", "Lake, Salakhutdinov, Tenenbaum 2015", new(3872, 484, 484),
            [
                new("omniglot-small/omniglot-small-28x28-idx3-ubyte.gz", "a890bc0ca96e7a15d192e74df10aa1b8ca49b094b1793c8550fc02a75a137c77"),
                new("omniglot-small/omniglot-small-labels.csv", "025778c8640a948f9ce91475f2916cab21b6015f07233d408444ad4f1c4704d0"),
            ],
            OmniglotSmall),
        new(
            "cifar10", "colour photographs: a fifth of the training set, a tenth of the test set", "[3, 32, 32], 256 levels", "Krizhevsky 2009", new(9000, 1000, 1000),
            [
                new("cifar10/data_batch_1.bin.gz", "18e4d6132c76d113768ae88792dc0f91907d96fd82500ab31025a8a85add010a"),
                new("cifar10/test_batch.bin.gz", "ca9ff0155579ff50ee9088a939f8d4a4549fe7839762bff24a46965fb4c5be78"),
            ],
            Cifar10),
        new(
            "optdigits", "handwritten digits in 8×8 counts", "[1, 8, 8], 17 levels", "Alpaydin, Kaynak 1998", new(3441, 382, 1797),
            [
                new("optdigits/optdigits.tra", "f87ffe5149ece6d73cc08c296f180e695885849036c0b22a7973e74e3f35d3ee", new("https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/optdigits.tra")),
                new("optdigits/optdigits.tes", "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8", new("https://archive.ics.uci.edu/ml/machine-learning-databases/optdigits/optdigits.tes")),
            ],
            Optdigits),
        new(
            "uci/parkinsons", "voice measurements of patients; the last column is the target", "[20], reals", "UCI machine learning repository; test folds of treforevans/uci_datasets", new(4759, 529, 587),
            [
                new("uci/parkinsons.data.csv.gz", "d20ffd9c9e5053a03fff0b770e7b0e076bf856a34538198303c897b6cc6addde"),
                new("uci/parkinsons.test_mask.csv.gz", "090794e6acb34ce9134ce2ac530b60c408adc646e45f9296adf0e3eb134f1a64"),
            ],
            root => Uci("parkinsons", root)),
        new(
            "uci/pol", "telecommunication; the last column is the target", "[26], reals", "UCI machine learning repository; test folds of treforevans/uci_datasets", new(12_150, 1350, 1500),
            [
                new("uci/pol.data.csv.gz", "1c16126352954571e78f52d5a9d1b947a38655885d7cadd9407a4c9615fe4e04"),
                new("uci/pol.test_mask.csv.gz", "c5540259aabe58f5c7a534ed6f5141f8c1157d5de592e45884b7fced6091e981"),
            ],
            root => Uci("pol", root)),
        new(
            "uci/elevators", "control of an aircraft; the last column is the target", "[18], reals", "UCI machine learning repository; test folds of treforevans/uci_datasets", new(13_446, 1494, 1659),
            [
                new("uci/elevators.data.csv.gz", "e39bc18a80ec3611e4fd76d0f86ee377e96ba21b568b9997576d538dafe56b7b"),
                new("uci/elevators.test_mask.csv.gz", "9fe662eacca95ae2c9301cbc4c4134e55d58e903cb0cfb683771ffdd2d248eb5"),
            ],
            root => Uci("elevators", root)),
        new(
            "uci/skillcraft", "games of StarCraft; the last column is the target", "[19], reals", "UCI machine learning repository; test folds of treforevans/uci_datasets", new(2705, 300, 333),
            [
                new("uci/skillcraft.data.csv.gz", "41233f5ea6bf596b04aa64f5eaf9bf4489ddeec53524fe2cc46d75bc7d480c0e"),
                new("uci/skillcraft.test_mask.csv.gz", "d97279b0da7415b80b3a0e8b6acb552bc7f974dc42f142a23a74f645b414736e"),
            ],
            root => Uci("skillcraft", root)),
        new(
            "uci/kin40k", "kinematics of a robot arm; the last column is the target", "[8], reals", "UCI machine learning repository; test folds of treforevans/uci_datasets", new(32_400, 3600, 4000),
            [
                new("uci/kin40k.data.csv.gz", "9bee7f2a9f39aa61a015f239378368601fb3978c5bb9a96433e88a55d40883ba"),
                new("uci/kin40k.test_mask.csv.gz", "d15fd645d0e81a9a17ce2d0b8dde470bb2efba4d5f417459965abe4b237e2aea"),
            ],
            root => Uci("kin40k", root)),
        new(
            "uci/wine", "physics and chemistry of red wine; the last column is the target", "[11], reals", "UCI machine learning repository; test folds of treforevans/uci_datasets", new(1296, 144, 159),
            [
                new("uci/wine.data.csv.gz", "e2ca3346651ddb43fbc6a1355e70e74b7ce68f93059e04405e9cb749c219eae2"),
                new("uci/wine.test_mask.csv.gz", "df80c2a700eafb42230991dd7a94c08d47baea55dde125a0a0dcae08964d4559"),
            ],
            root => Uci("wine", root)),
        new(
            "uci/winequality-white", "physics and chemistry of white wine; the last column is the quality", "[11], reals", "Cortez, Cerdeira, Almeida, Matos, Reis 2009", new(3918, 490, 490),
            [
                new("uci/winequality-white.csv", "659d419fff887f225bf977d20520bb64a64cae203e460087f809721d4430ba27"),
            ],
            WhiteWine),
        new(
            "debd/nltcs", "disabilities of the elderly", "[16], binary", "Lowd, Davis 2010; Van Haaren, Davis 2012", new(16_181, 2157, 3236),
            [
                new("debd/nltcs.train.data.gz", "ff0fe3f022b453cc9f31a67f19ad887ed3c1f1c44bbc1aa937825eeddba5eb53"),
                new("debd/nltcs.valid.data.gz", "3b13ea28c59856aa885158900f2014929c2d92fafc4a4e46cc45fc4d7cbfa5ba"),
                new("debd/nltcs.test.data.gz", "8882faf41ca2a81aef8035125d11930d2a0cf6487e824c473881b25f0ab2764c"),
            ],
            root => Debd("nltcs", root)),
        new(
            "debd/plants", "in which regions plants grow", "[69], binary", "Lowd, Davis 2010; Van Haaren, Davis 2012", new(17_412, 2321, 3482),
            [
                new("debd/plants.train.data.gz", "3c3210de0672a3e68a7c1cc3b4038cb87454d7be07e0d25da4632ed16c3247ed"),
                new("debd/plants.valid.data.gz", "7a1a3714ffca4cd5c7974706b34110bfba1626d6a711b92224ecf0febfd1aa7b"),
                new("debd/plants.test.data.gz", "e6f9765e15a43c8d33dcdde19719fccced26375b8f164cfc18e3919dd37c0c66"),
            ],
            root => Debd("plants", root)),
        new(
            "debd/mushrooms", "properties of mushrooms", "[112], binary", "Lowd, Davis 2010; Van Haaren, Davis 2012", new(2000, 500, 5624),
            [
                new("debd/mushrooms.train.data.gz", "cd37f3474abdf0d65f4467bf4526a664f5cdd8dcd69bc05849feba2399e808a6"),
                new("debd/mushrooms.valid.data.gz", "b5d980f9c8b351cb1d6ef393de5e1616cc962e2df5f37a3fd4aa3c1f3ec737c8"),
                new("debd/mushrooms.test.data.gz", "f4038eb09a5cf4ae00071b0f34bb2b4dd513faac6eea60696d3dc18fd81b6eba"),
            ],
            root => Debd("mushrooms", root)),
        new(
            "debd/dna", "boundaries between exons and introns", "[180], binary", "Lowd, Davis 2010; Van Haaren, Davis 2012", new(1600, 400, 1186),
            [
                new("debd/dna.train.data.gz", "132a1738f21b0a2f0a95ce528bd84691c20b79ed414a7a2b997cf663b9b0f606"),
                new("debd/dna.valid.data.gz", "e77e8cb650533e36c5d07ca3ca51e2120cb38d9bce6bfc58d585ffd9c145dced"),
                new("debd/dna.test.data.gz", "fd251fdfbc5f0456a9d3103bcac0c7da3b440ab80e739e1e19e93b8b0f6eb9df"),
            ],
            root => Debd("dna", root)),
        new(
            "polyphonic-music/jsb-chorales", "chorales of J. S. Bach as piano rolls", "sequences of [88], binary", "Boulanger-Lewandowski, Bengio, Vincent 2012", new(229, 76, 77),
            [
                new("polyphonic-music/JSB_Chorales.json.gz", "83e35cec8c44b92f7ba4e37e08ce0f65e94ac0fe9dadec6f0f1a51934fdbfec4"),
            ],
            root => PianoRollFile.Read("polyphonic-music/jsb-chorales", Path.Combine(root, "polyphonic-music/JSB_Chorales.json.gz"))),
        new(
            "polyphonic-music/nottingham", "folk tunes as piano rolls", "sequences of [88], binary", "Boulanger-Lewandowski, Bengio, Vincent 2012", new(694, 173, 170),
            [
                new("polyphonic-music/Nottingham.json.gz", "ef8ddd3c7a25c9375fc610f21a105a3bd8d809ba44b991ff30f18ce36bdea2f7"),
            ],
            root => PianoRollFile.Read("polyphonic-music/nottingham", Path.Combine(root, "polyphonic-music/Nottingham.json.gz"))),
        new(
            "polyphonic-music/piano-midi", "classical piano music as piano rolls", "sequences of [88], binary", "Boulanger-Lewandowski, Bengio, Vincent 2012", new(87, 12, 25),
            [
                new("polyphonic-music/Piano_midi.json.gz", "d2f9851c2ef3f7565433cf61fcae314f24c44d78cd029b63c11608e590df1603"),
            ],
            root => PianoRollFile.Read("polyphonic-music/piano-midi", Path.Combine(root, "polyphonic-music/Piano_midi.json.gz"))),
        new(
            "polyphonic-music/musedata", "orchestral and piano music as piano rolls", "sequences of [88], binary", "Boulanger-Lewandowski, Bengio, Vincent 2012", new(524, 135, 124),
            [
                new("polyphonic-music/MuseData.json.gz", "78fec8afa9dda06d6a0f7b6f334e32070a108290ee966eb5e1d06fa5f3c2054c"),
            ],
            root => PianoRollFile.Read("polyphonic-music/musedata", Path.Combine(root, "polyphonic-music/MuseData.json.gz"))),
        new(
            "jsb-chorales", "chorales of J. S. Bach in quarter notes, as piano rolls", "sequences of [88], binary", "public domain; czhuang/JSB-Chorales-dataset", new(229, 76, 77),
            [
                new("jsb-chorales/jsb-chorales-quarter.json.gz", "42fb6a11b1acd1ce6778cd4ba85ff2cccce534d570f85265577b604f644e022e"),
            ],
            root => PianoRollFile.Read("jsb-chorales", Path.Combine(root, "jsb-chorales/jsb-chorales-quarter.json.gz"))),
    ];

    /// <summary>All sets: generated ones first.</summary>
    public static IReadOnlyList<NamedSet> All { get; } = [.. Generated(), .. FromFiles];

    /// <summary>The data root: what is given, or else what the environment says; null if neither does.</summary>
    public static string? Root(string? given = null) =>
        !string.IsNullOrEmpty(given) ? given : Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } root ? root : null;

    /// <summary>The set of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message says which was probably meant.</exception>
    public static NamedSet Find(string name) => Find(name, All);

    /// <summary>The set of a name among some.</summary>
    /// <inheritdoc cref="Find(string)"/>
    internal static NamedSet Find(string name, IReadOnlyList<NamedSet> sets) => sets.FirstOrDefault(set => set.Name == name)
        ?? throw new KeyNotFoundException($"There is no data set {Quoted.Name(name)}.{DidYouMean(name)} 'latent data list' shows all of them.");

    /// <summary>The set of a name; null if there is none.</summary>
    public static NamedSet? TryFind(string name) => All.FirstOrDefault(set => set.Name == name);

    /// <summary>A sentence with the name that was probably meant, after a blank; empty if none is near.</summary>
    internal static string DidYouMean(string name) => NearestMatch.Of(name, All.Select(set => set.Name)) is { } match ? $" Did you mean '{match}'?" : "";

    private static IEnumerable<NamedSet> Generated()
    {
        yield return new("glyphs", "handwritten digits drawn by the program", "[1, 28, 28], 256 levels", new(50_000, 5_000, 5_000), Glyphs.Make);
        foreach (var density in PlanarDensity.All)
            yield return new(density.Name, density.Description, "[2], reals", new(50_000, 5_000, 5_000), density.Make);
        yield return new("bars", "horizontal and vertical bars", "[1, 8, 8], binary", new(20_000, 2_000, 2_000), (count, seed, name) => Bars.Make(count, seed: seed, name: name));
        yield return new(
            "shapes", "squares, ellipses and hearts with known factors", "[1, 64, 64], 256 levels", new(20_000, 2_000, 2_000),
            (count, seed, name) => Shapes.Make(count, seed: seed, name: name));
        yield return new(
            "correlated-gaussians", "pairs of ten-dimensional normal vectors with a mutual information of 5 nats", "[20], reals", new(20_000, 2_000, 2_000),
            CorrelatedGaussians.WithInformation(10, 5).Make);
    }

    private static DataSplits ImagePairs(string name, string root, long validation)
    {
        string At(string file) => Path.Combine(root, name, file);
        var train = IdxFile.ReadImages($"{name}/train", At("train-images-idx3-ubyte.gz"), At("train-labels-idx1-ubyte.gz"));
        return DataSplits.HoldOut(name, train, IdxFile.ReadImages($"{name}/test", At("t10k-images-idx3-ubyte.gz"), At("t10k-labels-idx1-ubyte.gz")), validation);
    }

    private static DataSplits BinarizedMnist(string root)
    {
        Dataset Part(string part, string file) => IdxFile
            .ReadImages($"binarized-mnist/{part}", Path.Combine(root, "binarized-mnist", $"binarized-mnist-{file}-images-idx3-ubyte.gz"), levels: 2)
            .Declared(new() { Binarization = Binarization.Static, Seed = null });
        return new("binarized-mnist", "as published: 50000 / 10000 / 10000", Part("train", "train"), Part("validation", "valid"), Part("test", "test"));
    }

    private static DataSplits OmniglotSmall(string root)
    {
        var images = IdxFile.ReadImages("omniglot-small", Path.Combine(root, "omniglot-small/omniglot-small-28x28-idx3-ubyte.gz"));
        var path = Path.Combine(root, "omniglot-small/omniglot-small-labels.csv");
        var characters = new Dictionary<(string, string), int>();
        var labels = new List<int>();
        foreach (var line in File.ReadLines(path).Skip(1))   // index,alphabet,character,file,drawer
        {
            if (line.Split(',') is not [_, var alphabet, var character, _, _])
                throw new MalformedFileException(path, $"line {labels.Count + 2}", "There are not five fields: index, alphabet, character, file, drawer.", FileContent.FetchAgain);
            if (!characters.TryGetValue((alphabet, character), out var label)) characters.Add((alphabet, character), label = characters.Count);
            labels.Add(label);
        }
        if (labels.Count != images.Count) throw new MalformedFileException(path, "end", $"There are {labels.Count} labels for {images.Count} pictures.", FileContent.FetchAgain);
        return DataSplits.Random(new("omniglot-small", images.Values, 256, labels));
    }

    private static DataSplits Cifar10(string root) => DataSplits.HoldOut(
        "cifar10", CifarFile.Read("cifar10/train", Path.Combine(root, "cifar10/data_batch_1.bin.gz")), CifarFile.Read("cifar10/test", Path.Combine(root, "cifar10/test_batch.bin.gz")), 1_000);

    private static DataSplits Optdigits(string root)
    {
        Dataset Part(string name, string file) => CsvTable
            .Read(Path.Combine(root, "optdigits", file), hasHeader: false)
            .ToLevels(name, 17, label: "column65").Reshaped([1, 8, 8]);
        // The file is sorted by class, so that its end would be a validation set of few classes.
        var (train, test) = (DataSplits.Random(Part("optdigits", "optdigits.tra"), 0.1, 0), Part("optdigits/test", "optdigits.tes"));
        return new("optdigits", $"as published, a tenth of training drawn for validation: {train.Train.Count} / {train.Validation!.Count} / {test.Count}", train.Train, train.Validation, test);
    }

    /// <summary>The first of the ten test folds; a tenth of the rest, drawn at random, is for validation.</summary>
    private static DataSplits Uci(string name, string root)
    {
        var path = Path.Combine(root, "uci", $"{name}.test_mask.csv.gz");
        var table = CsvTable.Read(Path.Combine(root, "uci", $"{name}.data.csv.gz"), hasHeader: false);
        var all = table.ToReals($"uci/{name}", null, table.Columns[^1]);
        var mask = CsvTable.Read(path, hasHeader: false).Column("column1");
        if (mask.Length != all.Count) throw new MalformedFileException(path, "end", $"There are {mask.Length} rows for {all.Count} examples.", FileContent.FetchAgain);
        long[] Where(double value) => [.. Enumerable.Range(0, mask.Length).Where(i => mask[i] == value).Select(i => (long)i)];
        var rest = DataSplits.Random(all.Take(Where(0)), 0.1, 0);
        var test = all.Take(Where(1), $"uci/{name}/test");
        return new($"uci/{name}", $"test fold 1 of 10: {rest.Train.Count} / {rest.Validation!.Count} / {test.Count}", rest.Train, rest.Validation, test);
    }

    private static DataSplits WhiteWine(string root)
    {
        var table = CsvTable.Read(Path.Combine(root, "uci/winequality-white.csv"));
        return DataSplits.Random(table.ToReals("uci/winequality-white", null, table.Columns[^1]));
    }

    private static DataSplits Debd(string name, string root)
    {
        Dataset Part(string part, string file) => CsvTable.Read(Path.Combine(root, "debd", $"{name}.{file}.data.gz"), hasHeader: false, ',').ToLevels($"debd/{name}/{part}", 2);
        var (train, validation, test) = (Part("train", "train"), Part("validation", "valid"), Part("test", "test"));
        return new($"debd/{name}", $"as published: {train.Count} / {validation.Count} / {test.Count}", train, validation, test);
    }
}
