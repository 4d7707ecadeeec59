using Latent.Catalog;
using Latent.Data;
using Latent.Evaluation;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Catalog;

/// <summary>A model is used without its data, and with others.</summary>
public sealed class TrainedRunTests(TrainedRunTests.Runs runs) : ScopedTest, IClassFixture<TrainedRunTests.Runs>
{
    /// <summary>Two runs whose best checkpoint is that of step 100 and whose last that of step 103.</summary>
    public sealed class Runs : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public Runs()
        {
            File.WriteAllLines(At("table.csv"), ["height,class,age", .. Enumerable.Range(0, 43).Select(i => $"{1.5 + 0.01 * (i % 7)},{i % 3},{1000 * (i % 5)}")]);
            NpyFile.Write(At("pictures.npy"), Small.Examples([1, 4, 4], 256, 43));
            NpyFile.Write(At("bits.npy"), Small.Examples([1, 4, 4], 2, 43));
            Train("table", "table.csv", "data.label=class", "training.average=0.9");
            Train("pictures", "pictures.npy");
            Train("bits", "bits.npy");
        }

        public string At(string name) => folder.At(name);

        public TrainedRun Open(string name, string? checkpoint = null) => TrainedRun.Open(At(name), checkpoint);

        public void Dispose() => folder.Dispose();

        private void Train(string name, string data, params IEnumerable<string> settings) =>
            Experiment.Prepare(Small.Vae(At(data), [$"name={name}", "training.epochs=100", .. settings])).Trained(new(At(name)), until: 103);
    }

    private static float[] Parameters(TrainedRun run)
    {
        using var scope = TensorScope.Open();
        return run.Store.Parameters.SelectMany(p => p.Value.Detach().ToArray<float>()).ToArray();
    }

    private static float[] InFile(TrainedRun run, string prefix)
    {
        using var file = SafetensorsFile.Open(run.Checkpoint);
        return run.Store.Parameters.SelectMany(p => file.Read(prefix + p.Path).Values<float>().ToArray()).ToArray();
    }

    [Fact]
    public void It_is_the_best_checkpoint_or_the_one_that_is_asked_for()
    {
        var folder = new RunFolder(runs.At("pictures"));
        foreach (var (checkpoint, step, file) in new[] { (null, 100, "best"), ("best", 100, "best"), ("last", 103, "000000103"), (folder.LastCheckpoint(), 103, "000000103") })
        {
            using var run = runs.Open("pictures", checkpoint);
            Assert.Equal((step, $"{file}.safetensors"), (run.Step, Path.GetFileName(run.Checkpoint)));
            Assert.Equal(InFile(run, ""), Parameters(run));
        }
        using var opened = runs.Open("pictures");
        Assert.Equal(("pictures", "pictures", "pictures.npy"), (opened.Folder.Name, opened.Recipe.Name, opened.Data.Name));
    }

    [Fact]
    public void The_moving_average_is_what_is_used()
    {
        using var run = runs.Open("table", "last");
        Assert.Equal(InFile(run, "average:"), Parameters(run));
        Assert.NotEqual(InFile(run, ""), Parameters(run));
    }

    [Theory, InlineData("training.average=0"), InlineData("training.average=0.5")]
    public void Another_run_begins_where_it_ended(string setting)
    {
        using var folder = new TemporaryFolder();
        Experiment Next(string from, params IEnumerable<string> settings) => Experiment.Prepare(Small.Vae(
            runs.At("table.csv"), [$"training.from={from}", "training.epochs=1", "training.learningRate={kind: constant, value: 0}", "data.label=class", setting, .. settings]));
        using var first = runs.Open("table");
        foreach (var (name, from) in new[] { ("folder", runs.At("table")), ("file", first.Checkpoint) })
        {
            Next(from, "seed=7").Train(new(folder.At(name)));
            using var next = TrainedRun.Open(folder.At(name));
            Assert.Equal(Parameters(first), Parameters(next)); // no step having moved them: the average, not what it was taken of
            Assert.Equal(setting != "training.average=0", TensorNames(next).Any(tensor => tensor.StartsWith("average:", StringComparison.Ordinal)));
            Assert.Equal(Path.GetFullPath(from), next.Recipe.Training.From);
        }
        string Refusal(string from, params IEnumerable<string> settings) => Assert.Throws<RecipeException>(() => Next(from, settings).Train(new(folder.At("refused")))).Message;
        Assert.Contains("neither a run with a checkpoint nor a checkpoint's file", Refusal(folder.At("none")), StringComparison.Ordinal);
        Assert.Contains("does not fit this model", Refusal(runs.At("table"), "model.latent=3"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> TensorNames(TrainedRun run)
    {
        using var file = SafetensorsFile.Open(run.Checkpoint);
        return [.. file.Entries.Keys];
    }

    [Fact]
    public void What_cannot_be_opened_is_named()
    {
        using var folder = new TemporaryFolder();
        string Message<T>(string path, string? checkpoint = null) where T : Exception => Assert.Throws<T>(() => TrainedRun.Open(path, checkpoint)).Message;

        Assert.Contains("is no run: it has no recipe.yaml", Message<FileNotFoundException>(folder.At("none")), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => runs.Open("pictures", folder.At("none.safetensors")));
        Assert.Contains("file of another model", Message<MalformedFileException>(runs.At("pictures"), Parameterless(folder)), StringComparison.Ordinal);
        Assert.Throws<MalformedFileException>(() => runs.Open("pictures", new RunFolder(runs.At("table")).LastCheckpoint()));

        // A folder whose run is just beginning, then its files one by one.
        Directory.CreateDirectory(folder.At("run"));
        File.Copy(Path.Combine(runs.At("pictures"), "recipe.yaml"), Path.Combine(folder.At("run"), "recipe.yaml"));
        Assert.Throws<FileNotFoundException>(() => TrainedRun.Open(folder.At("run")));
        File.Copy(Path.Combine(runs.At("pictures"), "data.json"), Path.Combine(folder.At("run"), "data.json"));
        Assert.Contains("has no checkpoint yet", Message<FileNotFoundException>(folder.At("run")), StringComparison.Ordinal);
        Assert.Contains("has no best checkpoint", Message<FileNotFoundException>(folder.At("run"), "best"), StringComparison.Ordinal);
        File.AppendAllText(Path.Combine(folder.At("run"), "recipe.yaml"), "nonsense: 1\n");
        Assert.Contains("'nonsense' is no key", Message<RecipeException>(folder.At("run")), StringComparison.Ordinal);

        static string Parameterless(TemporaryFolder folder)
        {
            SafetensorsFile.Write(folder.At("other.safetensors"), new Dictionary<string, HostArray> { ["x"] = HostArray.From<float>([1], [1]) });
            return folder.At("other.safetensors");
        }
    }

    [Fact]
    public void The_data_are_not_needed() => Scoped(() =>
    {
        using var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(runs.At("table"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder.At("run"), Path.GetRelativePath(runs.At("table"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        File.WriteAllText(Path.Combine(folder.At("run"), "recipe.yaml"), File.ReadAllText(Path.Combine(folder.At("run"), "recipe.yaml")).Replace("table.csv", "gone.csv", StringComparison.Ordinal));
        using var run = TrainedRun.Open(folder.At("run"));
        Assert.Equal(new Shape([5, 2]), Generation.Samples(run.Model, 5, new(1)).Shape);
        Assert.Throws<FileNotFoundException>(() => run.OpenData());
    });

    [Fact]
    public void Its_own_data_come_in_the_parts_of_training()
    {
        using var run = runs.Open("table");
        var splits = run.OpenSplits();
        Assert.Equal(new PartSizes(35, 4, 4), splits.Sizes);
        Assert.Equal(splits.Test!.Values.Bytes.ToArray(), run.OpenData().Values.Bytes.ToArray());
        Assert.Equal(splits.Train.Values.Bytes.ToArray(), run.OpenData(part: "train").Values.Bytes.ToArray());
        Assert.Contains("no part 'tset'; it has train, validation, test", Assert.Throws<ArgumentException>(() => run.OpenData(part: "tset")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_have_changed_since_are_not_taken_for_those_of_training()
    {
        using var folder = new TemporaryFolder();
        var (table, path) = (File.ReadAllLines(runs.At("table.csv")), folder.At("table.csv"));
        File.WriteAllLines(path, table);
        var (recipe, run) = (Small.Vae(path, "training.epochs=1", "data.label=class"), new RunFolder(folder.At("run")));
        Experiment.Prepare(recipe).Train(run);

        foreach (var changed in new string[][] { [.. table[..^1], "1.5,0,7"], [.. table[..^1], "1.55,1,2000"], [.. table, "1.5,0,0"], table[..^1], [table[0], .. table[1..].Reverse()] })
        {
            File.WriteAllLines(path, changed);
            using (var other = TrainedRun.Open(run.Path))
            {
                Assert.Contains("'table.csv' is no longer what 'run' was trained on", Assert.Throws<IOException>(() => other.OpenSplits()).Message, StringComparison.Ordinal);
                Assert.Throws<IOException>(() => other.OpenData());
                Assert.Throws<IOException>(() => other.Evaluate(new()));
                Assert.Equal(changed.Length - 1, other.OpenData(path).Count);   // the user says so
            }
            Assert.Throws<IOException>(() => Experiment.Prepare(recipe with { Training = recipe.Training with { Epochs = 2 } }).Train(run, resume: true));
        }

        // Only the values and their order count.
        File.WriteAllLines(path, ["h;class;a", .. table[1..].Select(line => line.Replace(",", " ; ", StringComparison.Ordinal))]);
        using var same = TrainedRun.Open(run.Path);
        Assert.Equal(4, same.OpenData().Count);
    }

    [Fact]
    public void Standardisation_is_that_of_training_even_where_the_record_has_no_fingerprint()
    {
        using var folder = new TemporaryFolder();
        File.Copy(runs.At("table.csv"), folder.At("table.csv"));
        Experiment.Prepare(Small.Vae(folder.At("table.csv"), "training.epochs=1", "data.label=class")).Train(new(folder.At("run")));
        var record = DataRecord.Read(folder.At("run/data.json"));
        File.WriteAllText(folder.At("run/data.json"), (record with { Fingerprint = null }).ToJson());
        File.WriteAllLines(folder.At("table.csv"), ["height,class,age", .. Enumerable.Range(0, 43).Select(i => $"{2 * i},{i % 3},{i}")]);

        using var run = TrainedRun.Open(folder.At("run"));
        Assert.Equal(record.Mean!, run.OpenSplits().Standardization!.Mean.ToArray());
    }

    [Fact]
    public void Other_data_are_brought_to_the_form_of_training()
    {
        using var run = runs.Open("table");
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.At("new.csv"), ["height,class,age", "1.53,0,2000", "1.5,1,0", "1.6,2,9000"]);
        var examples = run.OpenData(folder.At("new.csv"));
        Assert.Equal((3, "0, 1, 2"), (examples.Count, string.Join(", ", examples.Labels!)));
        var (mean, scale) = (run.Data.Mean!, run.Data.Scale!);
        double[] raw = [1.53, 2000, 1.5, 0, 1.6, 9000];
        Assert.Equal(raw.Select((v, i) => (float)(((float)v - mean[i % 2]) / scale[i % 2])), examples.Values.Values<float>().ToArray());

        // Files that have no column of classes, and sets with names.
        NpyFile.Write(folder.At("new.npy"), HostArray.From<float>([1.53f, 2000, 1.5f, 0], [2, 2]));
        Assert.Equal(examples.Values.Values<float>()[..4].ToArray(), run.OpenData(folder.At("new.npy")).Values.Values<float>().ToArray());
        Assert.Contains("is read as a whole and has no part 'test': leave --part out", Assert.Throws<ArgumentException>(() => run.OpenData(folder.At("new.npy"), "test")).Message, StringComparison.Ordinal);
        Assert.Equal("two-moons/validation", run.OpenData("two-moons", "validation").Name);
    }

    [Theory]
    [InlineData("age,class,height", "2000,0,1.53", 0, "")]
    [InlineData("note,age,height,id", "?,2000,1.53,A7", -1, "note, id")]
    [InlineData("height,age", "1.53,2000", -1, "")]
    [InlineData("class,height,age", "faulty,1.53,2000", 0, "")]
    [InlineData("class,height,age", ",1.53,2000", -1, "")]
    [InlineData(null, "1.53,2000", -1, "")]
    public void Columns_are_found_by_name_and_classes_need_not_be_there(string? header, string row, int label, string unused)
    {
        using var run = runs.Open("table");
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.At("new.csv"), header is null ? [row, row] : [header, row, row]);
        var examples = run.OpenData(folder.At("new.csv"));
        var (mean, scale) = (run.Data.Mean!, run.Data.Scale!);
        Assert.Equal([(float)((1.53f - mean[0]) / scale[0]), (float)((2000 - mean[1]) / scale[1])], examples.Values.Values<float>()[..2].ToArray());
        Assert.Equal(label < 0 ? null : [label, label], examples.Labels);
        Assert.Equal(unused, string.Join(", ", examples.UnusedColumns));
    }

    [Theory]
    [InlineData("height,class,weight", "1.53,0,2000", "The training data have a column 'age', and this table has not; it has 'height', 'class', 'weight'.")]
    [InlineData("class,weight", "0,2000", "The training data have columns 'height', 'age', and this table has not")]
    [InlineData(null, "1.53,0,2000", "There are 3 columns, and the training data have 2 and the classes, 'class'. Give 'height', 'age' in this order, or a first line that names the columns.")]
    [InlineData("height,class,age", "tall,0,2000", "line 2, column 1 ('height'): 'tall' is no finite number")]
    public void Tables_of_other_columns_are_refused(string? header, string row, string message)
    {
        using var run = runs.Open("table");
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.At("new.csv"), header is null ? [row, row] : [header, row, row]);
        Assert.Contains(message, Assert.Throws<MalformedFileException>(() => run.OpenData(folder.At("new.csv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_for_classes_are_kept_with_the_run()
    {
        using var folder = new TemporaryFolder();
        string[] words = ["red", "white", "rosé"];
        File.WriteAllLines(folder.At("wine.csv"), Enumerable.Range(0, 43).Select(i => $"{i % 7},{words[i % 3]},{i % 5}"));
        Experiment.Prepare(Small.Vae(folder.At("wine.csv"), "data.label=column2", "training.epochs=1")).Train(new(folder.At("run")));
        using var run = TrainedRun.Open(folder.At("run"));
        Assert.Equal(["red", "rosé", "white"], run.Data.ClassNames!);
        Assert.Null(run.Data.Columns);
        Assert.Equal(3, run.Data.Classes);

        File.WriteAllLines(folder.At("new.csv"), ["1,white,2", "3,orange,4", "1,red,1"]);
        var examples = run.OpenData(folder.At("new.csv"));
        Assert.Equal([2, 3, 0], examples.Labels!);
        Assert.Equal(["red", "rosé", "white", "orange"], examples.ClassNames);
        File.WriteAllLines(folder.At("new.csv"), ["first,second", "1,2", "3,4"]);
        Assert.Equal((2, null), (run.OpenData(folder.At("new.csv")).Count, run.OpenData(folder.At("new.csv")).Labels));
    }

    [Fact]
    public void Files_and_folders_in_parts_give_the_part_and_others_everything()
    {
        using var run = runs.Open("pictures");
        using var folder = new TemporaryFolder();
        NpzFile.Write(folder.At("parts.npz"), new Dictionary<string, HostArray> { ["x_train"] = Small.Examples([1, 4, 4], 256, 11), ["x_test"] = Small.Examples([1, 4, 4], 256, 7) });
        Assert.Equal(7, run.OpenData(folder.At("parts.npz")).Count);
        Assert.Equal(10, run.OpenData(folder.At("parts.npz"), "train").Count); // one is drawn for validation
        Assert.Equal(43, run.OpenData(runs.At("pictures.npy")).Count);
        Scoped(() =>
        {
            Directory.CreateDirectory(folder.At("folder"));
            for (var i = 0; i < 5; i++) File.WriteAllBytes(Path.Combine(folder.At("folder"), $"{i}.png"), ImageFile.EncodePng(Tensor.Full([4, 4, 1], 51 * i).To(ElementType.UInt8)));
        });
        var pictures = run.OpenData(folder.At("folder"));
        Assert.Equal((5, Binarization.Dynamic), (pictures.Count, pictures.Preprocessing.Binarization));
    }

    [Theory]
    [InlineData("table", "pictures.npy", "43 × [1, 4, 4], 256 levels, and the model was trained on table.csv: examples [2], reals")]
    [InlineData("pictures", "table.csv", "examples [1, 4, 4], 256 levels")]
    [InlineData("table", "correlated-gaussians", "[20], reals, and")]
    [InlineData("bits", "pictures.npy", "256 levels, and the model was trained on bits.npy: examples [1, 4, 4], binary")]
    public void Data_of_another_kind_are_refused(string name, string data, string message)
    {
        using var run = runs.Open(name);
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => run.OpenData(data.Contains('.') ? runs.At(data) : data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Binary_pictures_go_with_a_model_of_grey_ones()
    {
        using var run = runs.Open("pictures");
        Assert.Equal(2, run.OpenData(runs.At("bits.npy")).Levels);
    }

    [Fact]
    public void Units_of_the_file_come_back() => Scoped(() =>
    {
        using var run = runs.Open("table");
        var raw = run.Recipe.Data.Open(null).Test!.Values;
        var standardized = Batches.InOrder(run.OpenData(), 4, new(1)).At(0).X;
        Close.Equal(Tensor.From(raw), run.InOriginalUnits(standardized), 1e-5);
        Close.Equal(Tensor.From(raw).Unsqueeze(1), run.InOriginalUnits(standardized.Unsqueeze(1)), 1e-5);
        using var pictures = runs.Open("pictures");
        var x = Tensor.Ones([2, 1, 4, 4]);
        Assert.Same(x, pictures.InOriginalUnits(x));
    });

    [Fact]
    public void It_is_measured_on_the_test_set_or_another_part()
    {
        using var run = runs.Open("table");
        var settings = new EvaluationSettings { Particles = 5, BoundParticles = 2, InformationExamples = 4 };
        var report = run.Evaluate(settings);
        Assert.Equal(new EvaluatedModel("table", run.Store.ParameterCount, 100, "table"), report.Model);
        Assert.Equal((4, "test"), (report.Likelihood!.Examples, report.Protocol.Part));
        Assert.Equal(35, run.Evaluate(settings, "train").Likelihood!.Examples);
        Assert.Throws<ArgumentException>(() => run.Evaluate(settings, "tset"));
    }

    [Fact]
    public void A_model_given_the_class_says_so()
    {
        using var folder = new TemporaryFolder();
        var classes = HostArray.From<long>([.. Enumerable.Range(0, 24).Select(i => i % 8L)], [24]); // that of the prototype
        var pictures = Small.Examples([1, 3, 3], 2, 24);
        NpzFile.Write(folder.At("classes.npz"), new[] { "train", "valid", "test" }.SelectMany(part => new[] { ($"x_{part}", pictures), ($"y_{part}", classes) }).ToDictionary());
        var recipe = Small.Shrunk(Small.Find("made"), [$"data.set='{folder.At("classes.npz")}'", "model.conditional=true", "training.batch=8", "training.epochs=400", "training.replicas=1"]);
        Experiment.Prepare(recipe).Trained(new(folder.At("run")));
        using var run = TrainedRun.Open(folder.At("run"));
        var report = run.Evaluate(new());
        Assert.True(report.Model.IsConditional);
        Assert.Contains("log p(x|class) may exceed log p(x)", Assert.Single(report.Notes), StringComparison.Ordinal);
        // The class tells all of x; without it the best would be −log 8 = −2.1.
        Assert.InRange(report.Likelihood!.LogLikelihood, -1, 0);
        Scoped(() =>
        {
            var prototypes = Tensor.From(pictures.Values<byte>(), 24, 9).To(ElementType.Float32);
            for (var c = 0; c < 8; c++)
            {
                var samples = run.Samples(31, new((ulong)c), draw: true, @class: c).Flatten(1);
                Assert.InRange((samples - prototypes[c]).Abs().Mean().Item<float>(), 0, 0.1);
            }
        });
    }

    [Fact]
    public void The_record_of_data_comes_back()
    {
        foreach (var name in new[] { "table", "pictures", "bits" })
        {
            var path = Path.Combine(runs.At(name), "data.json");
            Assert.Equal(File.ReadAllText(path), DataRecord.Read(path).ToJson());
        }
        using var run = runs.Open("table");
        var fitted = run.OpenSplits().Standardization!;
        Assert.Equal(fitted.Mean.ToArray(), run.Data.Mean!);
        Assert.Equal(fitted.Scale.ToArray(), run.Data.Scale!);
        Assert.Equal((new Shape([2]), null, "table.csv", "standardisation"), (run.Data.Summary.EventShape, run.Data.Levels, run.Data.Name, run.Data.Preprocessing));
    }

    [Theory]
    [InlineData("", "no record of data")]
    [InlineData("null", "empty")]
    [InlineData("{", "line 1")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2]}""", "preprocessing")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": null, "preprocessing": "none"}""", "eventShape")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [], "preprocessing": "none"}""", "none of an example")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2, -2], "preprocessing": "none"}""", "none of an example")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2], "levels": 1, "preprocessing": "none"}""", "no 1 levels")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2], "preprocessing": "none", "mean": [0, 0]}""", "a mean and a scale")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2], "preprocessing": "none", "mean": [0, 0], "scale": [1]}""", "a mean and a scale")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2], "preprocessing": "none", "mean": [0, 0], "scale": [1, 0]}""", "above 0")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2], "preprocessing": "none", "mean": [0, 0], "scale": [1, "1"]}""", "line 1")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2], "preprocessing": "none", "meen": [0, 0]}""", "meen")]
    [InlineData("""{"name": "a", "protocol": "b", "eventShape": [2], "preprocessing": "none", "levels": 2, "levels": 3}""", "levels")]
    public void A_damaged_record_is_refused(string text, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("data.json"), text);
        var e = Assert.Throws<MalformedFileException>(() => DataRecord.Read(folder.At("data.json")));
        Assert.Contains(message, e.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Restore the file, or train again", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_found_or_harmless()
    {
        using var folder = new TemporaryFolder();
        var intact = File.ReadAllBytes(Path.Combine(runs.At("table"), "data.json"));
        var (path, mutator, refused) = (folder.At("data.json"), new Mutator(1), 0);
        for (var i = 0; i < 1000; i++)
        {
            File.WriteAllBytes(path, i % 2 == 0 ? mutator.Wound(intact) : mutator.Edit(intact));
            try
            {
                var record = DataRecord.Read(path);
                Assert.Equal(record.Summary.EventShape.Elements, record.Standardization!.Mean.Length);
            }
            catch (MalformedFileException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, 500, 999);
    }
}
