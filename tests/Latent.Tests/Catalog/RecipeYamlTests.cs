using System.Text;
using Latent.Catalog;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;

namespace Latent.Tests.Catalog;

public sealed class RecipeYamlTests
{
    private const string Smallest = "name: vae\nmodel: {latent: 5, hidden: [7, 3], prior: {kind: normal}}\n";

    private const string Complete =
        """
        name: "on"
        model:
          latent: 5
          hidden: [400, 200]
          prior:
            kind: mixture
            components: 3
            weights: [0.5, 0.25, 0.25]
            isLearned: true
          gradient: scoreFunction
        seed: 18446744073709551615
        training:
          epochs: 9223372036854775807
          learningRate: 1.0e-05
          shuffle: false
          threads: -2147483648
          clip: null
          note: "first line\nsecond: 'ä' # no comment"
          override: reparameterized
        targets:
          elbo: -87.5
          "bits/dim: 1": .inf
        warmup:
          kind: linear
          from: 0
          to: 0.1
          steps: 100
          then:
            - kind: constant
              value: 1
            - kind: linear
              from: .nan
              to: 1.7976931348623157e+308
              steps: 3
              then: []

        """;

    private static readonly RecipeYaml Yaml = SampleRecipe.Yaml;

    private static SampleRecipe Read(string text, params string[] settings) => Yaml.Read<SampleRecipe>(text, "vae.yaml", settings);

    [Fact]
    public void A_complete_recipe_is_read()
    {
        var recipe = Read(Complete);
        Assert.Equal(("on", ulong.MaxValue, 5), (recipe.Name, recipe.Seed, recipe.Model.Latent));
        Assert.Equal([400, 200], recipe.Model.Hidden);
        var prior = Assert.IsType<MixturePrior>(recipe.Model.Prior);
        Assert.Equal((3, true), (prior.Components, prior.IsLearned));
        Assert.Equal([0.5, 0.25, 0.25], prior.Weights!);
        Assert.Equal(SampleGradient.ScoreFunction, recipe.Model.Gradient);
        Assert.Equal(
            new SampleTraining
            {
                Epochs = long.MaxValue, LearningRate = 1e-5, Shuffle = false, Threads = int.MinValue, Clip = null,
                Note = "first line\nsecond: 'ä' # no comment", Override = SampleGradient.Reparameterized,
            }, recipe.Training);
        Assert.Equal([new("elbo", -87.5), new("bits/dim: 1", double.PositiveInfinity)], recipe.Targets);
        var warmup = Assert.IsType<LinearSchedule>(recipe.Warmup);
        Assert.Equal((0, 0.1, 100), (warmup.From, warmup.To, warmup.Steps));
        Assert.Equal(new ConstantSchedule(1), warmup.Then![0]);
        var last = Assert.IsType<LinearSchedule>(warmup.Then[1]);
        Assert.True(double.IsNaN(last.From));
        Assert.Equal(double.MaxValue, last.To);
        Assert.Empty(last.Then!);
    }

    [Fact]
    public void What_is_written_is_complete_and_reads_back() => Assert.Equal(Complete, Yaml.Write(Read(Complete)));

    [Fact]
    public void Missing_keys_take_the_defaults_of_the_records()
    {
        var recipe = Read(Smallest);
        Assert.Equal((7ul, null, 0), (recipe.Seed, recipe.Warmup, recipe.Targets.Count));
        Assert.Equal(new SampleTraining(), recipe.Training);
        Assert.Equal(new NormalPrior(), recipe.Model.Prior);
        Assert.Equal(
            """
            name: vae
            model:
              latent: 5
              hidden: [7, 3]
              prior:
                kind: normal
                isLearned: false
              gradient: reparameterized
            seed: 7
            training:
              epochs: 10
              learningRate: 0.001
              shuffle: true
              threads: null
              clip: 5
              note: null
              override: null
            targets: {}
            warmup: null

            """, Yaml.Write(recipe));
    }

    [Theory]
    [InlineData("1e-3", 1e-3)]
    [InlineData("1E3", 1e3)]
    [InlineData("-.5", -0.5)]
    [InlineData("+2.", 2.0)]
    [InlineData("3", 3.0)]
    [InlineData("-0.0", -0.0)]
    [InlineData("4.9e-324", double.Epsilon)]
    [InlineData("-.inf", double.NegativeInfinity)]
    public void Numbers_have_many_forms(string text, double number) =>
        Assert.Equal(BitConverter.DoubleToInt64Bits(number), BitConverter.DoubleToInt64Bits(Read(Smallest, $"targets.a={text}").Targets["a"]));

    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("12", "12")]
    [InlineData("true", "true")]
    [InlineData("\"null\"", "null")]
    [InlineData("''", "")]
    [InlineData("'a: b'", "a: b")]
    [InlineData("/data/é.csv", "/data/é.csv")]
    public void Text_needs_quotes_only_where_yaml_does(string written, string text) =>
        Assert.Equal(text, Read(Smallest.Replace("vae", written, StringComparison.Ordinal)).Name);

    [Theory]
    [InlineData("vae")]
    [InlineData("a b")]
    [InlineData("/data/train_images-1.gz")]
    public void Plain_text_is_written_without_quotes(string name) => Assert.StartsWith($"name: {name}\n", Yaml.Write(Read(Smallest) with { Name = name }));

    [Theory]
    [InlineData("no"), InlineData("NULL"), InlineData("12"), InlineData(""), InlineData(" a"), InlineData("a "), InlineData(".inf"), InlineData("a: b"), InlineData("a #b"), InlineData("-"), InlineData("2001-01-01")]
    public void Text_that_looks_like_something_else_is_written_in_quotes(string name) => Assert.StartsWith($"name: \"{name}\"\n", Yaml.Write(Read(Smallest) with { Name = name }));

    [Fact]
    public void Every_text_and_number_comes_back()
    {
        var rng = new Rng(1).Fork("round trip");
        var bits = new ulong[400];
        var letters = new uint[400 * 7];
        rng.Fork("bits").Bits(bits);
        rng.Fork("letters").Bits(letters);
        var names = letters.Chunk(7).Select(chunk => string.Concat(chunk.Select(Letter))).ToArray();
        var targets = new Dictionary<string, double>(names.Distinct().Select((name, i) => KeyValuePair.Create(name, BitConverter.UInt64BitsToDouble(bits[i]))));
        for (var i = 0; i < names.Length; i++)
        {
            var recipe = new SampleRecipe(names[i], new(1, [], new NormalPrior()), bits[i]) { Training = new() { Note = names[^(i + 1)], Epochs = (long)bits[i] } };
            var back = Read(Yaml.Write(recipe));
            Assert.Equal((recipe.Name, recipe.Seed, recipe.Training), (back.Name, back.Seed, back.Training));
        }
        Assert.Equal(targets.AsEnumerable(), Read(Yaml.Write(Read(Smallest) with { Targets = targets })).Targets);

        // A third each of marks that mean something, of the first 300 characters, and of all the others.
        const string Marks = " \n\r\t\"'\\#:,-[]{}&*!|>%@`?~0aE.\u0085\u00A0\u2028\uFEFF";
        static string Letter(uint bits) => (bits % 3, bits / 3) switch
        {
            (0, var b) => Marks[(int)(b % Marks.Length)].ToString(),
            (1, var b) => ((char)(b % 300)).ToString(),
            (_, var b) => Rune.IsValid((int)(b % 0x110000)) ? new Rune(b % 0x110000).ToString() : "x",
        };
    }

    [Fact]
    public void Settings_replace_and_add_values_and_later_ones_win()
    {
        var recipe = Read(Smallest, "model.latent=1", "model.latent=32", "model.hidden=[400, 200]", "training.learningRate=1e-4", "targets.elbo=-90", "warmup={kind: constant, value: 0.5}", "name=a=b");
        Assert.Equal((32, 1e-4, "a=b"), (recipe.Model.Latent, recipe.Training.LearningRate, recipe.Name));
        Assert.Equal([400, 200], recipe.Model.Hidden);
        Assert.Equal([new("elbo", -90)], recipe.Targets);
        Assert.Equal(new ConstantSchedule(0.5), recipe.Warmup);
        Assert.Null(Read(Complete, "warmup=null").Warmup);
        Assert.Null(Read(Complete, "training.note=").Training.Note);
        Assert.Equal(new MixturePrior(3) { IsLearned = true }, Read(Smallest, "model.prior={kind: mixture, isLearned: true}", "model.prior.kind=mixture", "model.prior.components=3").Model.Prior);
        Assert.Equal(new NormalPrior(), Read(Smallest, "model.prior={kind: mixture, components: 3}", "model.prior.kind=normal").Model.Prior);
        Assert.Equal(new LinearSchedule(0, 1, 5), Read(Smallest, "warmup.kind=linear", "warmup.from=0", "warmup.to=1", "warmup.steps=5").Warmup);
    }

    [Fact]
    public void Settings_are_laid_over_records_too()
    {
        var recipe = Read(Complete);
        Assert.Equal(Complete.Replace("latent: 5", "latent: 32", StringComparison.Ordinal), Yaml.Write(Yaml.With(recipe, "model.latent=32")));
        Assert.Equal(Complete, Yaml.Write(Yaml.With(recipe)));
        Assert.Equal(
            "--set model.latnt=32: 'latnt' is no key of 'model'. Did you mean 'latent'? Allowed: latent, hidden, prior, gradient.",
            Assert.Throws<RecipeException>(() => Yaml.With(recipe, "model.latnt=32")).Message);
    }

    [Fact]
    public void Files_are_utf8_with_or_without_a_byte_order_mark()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("vae.yaml");
        foreach (var encoding in (Encoding[])[new UTF8Encoding(false), new UTF8Encoding(true)])
        {
            File.WriteAllText(path, Complete, encoding);
            Assert.Equal(33, Yaml.ReadFile<SampleRecipe>(path, "model.latent=33").Model.Latent);
            Assert.Equal(Complete, Yaml.Write(Yaml.ReadFile<SampleRecipe>(path)));
        }
        File.WriteAllText(path, Complete, Encoding.Latin1);
        var fault = Assert.Throws<RecipeException>(() => Yaml.ReadFile<SampleRecipe>(path));
        Assert.Equal($"{path}, byte {Complete.IndexOf('ä')}: this is no UTF-8. Save the file as text in UTF-8.", fault.Message);
        File.WriteAllText(path, Complete, Encoding.Unicode);
        Assert.Throws<RecipeException>(() => Yaml.ReadFile<SampleRecipe>(path));
        Assert.Throws<FileNotFoundException>(() => Yaml.ReadFile<SampleRecipe>(folder.At("none.yaml")));
    }

    [Fact]
    public void Kinds_are_checked_when_they_are_named()
    {
        Assert.Throws<ArgumentException>(() => new YamlKinds().Add<SampleModel, SampleModel>("model"));
        Assert.Throws<ArgumentException>(() => new YamlKinds().Add<SamplePrior, SamplePrior>("prior"));
        Assert.Throws<ArgumentException>(() => new YamlKinds().Add<SamplePrior, NormalPrior>("a").Add<SamplePrior, MixturePrior>("a"));
        Assert.Throws<ArgumentException>(() => new YamlKinds().Add<SamplePrior, NormalPrior>("a").Add<SamplePrior, NormalPrior>("b"));
        Assert.Contains("'kind'", Assert.Throws<ArgumentException>(() => new YamlKinds().Add<SampleSchedule, Kinded>("kinded")).Message);
        Assert.Throws<NotSupportedException>(() => new RecipeYaml(new()).Read<SampleRecipe>(Smallest, "vae.yaml"));
        Assert.Throws<NotSupportedException>(() => new RecipeYaml(new YamlKinds().Add<SamplePrior, MixturePrior>("mixture")).Write(Read(Smallest)));
    }

    private sealed record Kinded(string Kind) : SampleSchedule;
}
