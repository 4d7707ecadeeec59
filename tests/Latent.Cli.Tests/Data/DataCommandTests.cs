using System.Security.Cryptography;
using System.Text.Json;
using Latent.Cli.Commands;
using Latent.Cli.Rendering;
using Latent.Data;
using Latent.Tests.Data;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;
using Spectre.Console;

namespace Latent.Cli.Tests.Data;

/// <summary>What <c>latent data</c> prints and writes.</summary>
public sealed class DataCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private (ExitCode Code, string Output, string Error) Run(string line, Func<IReadOnlyList<NamedSet>>? sets = null)
    {
        using StringWriter output = new(), error = new();
        var words = line.Split(' ').Select(word => word.StartsWith('@') ? folder.At(word[1..]) : word).ToArray();
        return (LatentCommandLine.Run([new DataCommand(sets)], ["data", .. words], output, error), output.ToString(), error.ToString());
    }

    private string Shown(string line)
    {
        var (code, output, error) = Run(line);
        Assert.Equal((ExitCode.Success, ""), (code, error));
        return output.Replace(folder.At(""), "", StringComparison.Ordinal);   // paths as seen from the folder
    }

    private static SetFile FileAt(string path, byte[]? content = null, Uri? url = null) => new(path, Convert.ToHexString(SHA256.HashData(content ?? [])), url);

    private static NamedSet Set(string name, params SetFile[] files) => new(name, $"what {name} is", "[2], reals", "Someone 2001", new(50, 7, 3), files, _ => throw new NotSupportedException());

    private static IReadOnlyList<NamedSet> Few() =>
    [
        NamedSets.Find("rings"), Set("here", FileAt("here/a")), Set("half", FileAt("here/a"), FileAt("half/b")),
        Set("there", FileAt("there/a", url: new("http://127.0.0.1/a"))), Set("nowhere", FileAt("nowhere/a")),
    ];

    private void PutHere()
    {
        Directory.CreateDirectory(folder.At("here"));
        File.WriteAllText(folder.At("here/a"), "");
    }

    [Fact]
    public void The_list_is_grouped_by_what_can_be_done()
    {
        PutHere();
        Assert.Equal(
            """
            Generated
              rings    [2], reals  50000/5000/5000  four concentric rings

            Present in ROOT
              here     [2], reals  50/7/3           what here is

            Incomplete in ROOT
              half     [2], reals  50/7/3           what half is

            Missing from ROOT; 'latent data download NAME' fetches one
              there    [2], reals  50/7/3           what there is

            Missing from ROOT; 'latent data show NAME' says where to get one
              nowhere  [2], reals  50/7/3           what nowhere is

            The columns: name, shape and kind of an example, examples for training/validation/test.
            'latent data show NAME' says more about a set.

            """,
            Run("list --data-root @", Few).Output.Replace(folder.At(""), "ROOT", StringComparison.Ordinal));
    }

    [Fact]
    public void The_list_has_the_documented_keys()
    {
        PutHere();
        using var json = JsonDocument.Parse(Run("list --json --data-root @", Few).Output);
        var sets = json.RootElement.GetProperty("sets").EnumerateArray().ToList();
        Assert.Equal(["schema", "dataRoot", "sets"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.All(sets, s => Assert.Equal(["name", "description", "examples", "train", "validation", "test", "state", "downloadable", "source", "missing"], s.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(["generated", "present", "incomplete", "missing", "missing"], sets.Select(s => s.GetProperty("state").GetString()));
        Assert.Equal("half/b", Assert.Single(sets[2].GetProperty("missing").EnumerateArray()).GetString());
        Assert.True(sets[3].GetProperty("downloadable").GetBoolean());
    }

    [Fact]
    public void A_narrow_terminal_gets_no_line_that_wraps()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 80;
        SetTable.Write(SetList.Of(NamedSets.All, null), console);
        Assert.All(text.ToString().Split('\n'), l => Assert.True(l.Length <= 80, l));
        Assert.All(NamedSets.All, set => Assert.Contains(text.ToString().Split('\n'), l => l.Trim().Split("  ")[0] == set.Name));
    }

    [Fact]
    public void A_table_is_shown_column_by_column()
    {
        File.WriteAllText(folder.At("own.csv"), "size,weight,length,class\n1,10,0.5,0\n2,-3,0,1\n3,0,0.25,1\n");
        Assert.Equal(
            """
            own.csv

              examples  [3], reals
              train     3
              protocol  random: 3 / 0 / 0, seed 0
              values    -3 to 10, mean 1.528, deviation 3.372; 22% are 0

              class  train
                  0      1  ████████████
                  1      2  ████████████████████████

              column  least   mean  greatest  deviation
              size        1      2         3     0.8165
              weight     -3  2.333        10      5.558
              length      0   0.25       0.5     0.2041

            """,
            Shown("show @own.csv --label class --validation 0 --test 0"));
    }

    [Fact]
    public void Whole_numbers_and_columns_without_a_density_are_remarked_on()
    {
        File.WriteAllText(folder.At("own.csv"), "a,b,c,fixed,d\n1,100,0.5,7,-18\n2,-300,1,7,-36\n3,0,1,7,-54\n7,1,2,7,-126\n");
        File.WriteAllText(folder.At("binary.csv"), "a,b,c\n1,0,1\n0,0,1\n1,1,1\n");
        foreach (var more in new[] { "", " --standardize" })
        {
            var shown = Shown("show @own.csv --validation 0 --test 0" + more);
            Assert.Contains("\nNote: 'fixed' never changes in the training data. A density there has no bound, so that log p(x) says little: leave it out of the table.\n", shown, StringComparison.Ordinal);
            Assert.Contains("\nNote: 'a' and 'd' say the same in the training data, up to unit and sign. A density there has no bound, so that log p(x) says little: leave one of the two out of the table.\n", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("--standardize", shown, StringComparison.Ordinal);
        }
        Assert.Contains("All values are whole numbers from 0 to 1: with --levels 2 they are read as binary.\n", Shown("show @binary.csv --validation 0 --test 0"), StringComparison.Ordinal);
        Assert.DoesNotContain("--levels", Shown("show @binary.csv --validation 0 --test 0 --levels 2"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_description_has_the_documented_keys()
    {
        File.WriteAllText(folder.At("own.csv"), "size,weight,class\n1,100,0\n2,-300,1\n3,0,1\n");
        using var json = JsonDocument.Parse(Shown("show @own.csv --label class --standardize --validation 0 --test 0 --json"));
        Assert.Equal(
            ["schema", "name", "description", "source", "examples", "shape", "levels", "protocol", "preprocessing", "standardizationLogDet", "parts", "values", "columns", "factors"],
            json.RootElement.EnumerateObject().Select(p => p.Name));
        var part = Assert.Single(json.RootElement.GetProperty("parts").EnumerateArray());
        Assert.Equal(["part", "count", "labels", "steps", "shortest", "longest"], part.EnumerateObject().Select(p => p.Name));
        Assert.Equal([(0, 1), (1, 2)], part.GetProperty("labels").EnumerateArray().Select(l => (l.GetProperty("label").GetInt32(), l.GetProperty("count").GetInt32())));
        Assert.Equal(["size", "weight"], json.RootElement.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("column").GetString()));
        Assert.Equal(-Math.Log(Math.Sqrt(2 / 3.0)) - Math.Log(Math.Sqrt(260_000 / 9.0)), json.RootElement.GetProperty("standardizationLogDet").GetDouble(), 6);
    }

    [Fact]
    public void Black_and_white_pictures_are_drawn_in_half_blocks()
    {
        NpzFile.Write(folder.At("x.npz"), new Dictionary<string, HostArray>
        {
            ["x_train"] = HostArray.From([true, false, true, true, false, false, false, false, true, true, true, true], [2, 1, 3, 2]),
            ["x_val"] = HostArray.From(new bool[6], [1, 1, 3, 2]),
            ["x_test"] = HostArray.From(new bool[6], [1, 1, 3, 2]),
        });
        Assert.EndsWith("\n\n  █▄ ▄▄\n     ▀▀\n", Shown("show @x.npz"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ColorSystemSupport.TrueColor, "\e[38;2;255;0;0;48;2;0;128;0m▀\e[0m")]
    [InlineData(ColorSystemSupport.EightBit, "\e[38;5;9;48;5;2m▀\e[0m")]
    [InlineData(ColorSystemSupport.NoColors, "░")]
    public void Pictures_take_the_colours_there_are(ColorSystemSupport colours, string expected)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = colours == ColorSystemSupport.NoColors ? AnsiSupport.No : AnsiSupport.Yes, ColorSystem = colours, Out = new AnsiConsoleOutput(text) });
        console.Write(new HalfBlocks([new(2, 1, [255, 0, 0, 0, 128, 0])], 0));
        Assert.Equal(expected, text.ToString().TrimEnd());
    }

    [Fact]
    public void A_picture_wider_than_the_terminal_is_made_smaller()
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 20;
        console.Write(new HalfBlocks([Bitmap.Grey(50, 100, new double[5000].Select(_ => 1.0).ToArray())], 2));
        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd());
        Assert.Equal([.. Enumerable.Repeat("  " + new string('█', 18), 4), "  " + new string('▀', 18)], lines);   // nine rows
    }

    [Fact]
    public void Sequences_tell_their_lengths()
    {
        File.WriteAllText(folder.At("own.json"), """{"train": [[[60], [], [62]], [[60]]], "valid": [[[60]]], "test": [[[60], [61]]]}""");
        var output = Shown("show @own.json");
        Assert.Contains("train       2 sequences of 1 to 3 steps, 4 together\n", output, StringComparison.Ordinal);
        Assert.EndsWith("\n\n    ▀\n  ▀\n", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bars", 98, 98), InlineData("rings", 512, 512)]
    public void A_picture_is_saved(string set, int height, int width)
    {
        Shown($"show {set} --picture @x.png");
        using var scope = TensorScope.Open();
        var picture = ImageFile.Read(folder.At("x.png"));
        Assert.InRange(picture.Size(0), height - 10, height);
        Assert.InRange(picture.Size(1), width - 10, width);
        Assert.Equal(["x.png"], folder.Files);
    }

    [Fact]
    public void A_set_is_fetched_once_and_gone_on_with_after_a_break()
    {
        byte[] content = [.. Enumerable.Range(0, 200_003).Select(i => (byte)(i * i))];
        using var server = new LocalServer(content) { HangsUpAfter = 70_001 };
        IReadOnlyList<NamedSet> Sets() => [Set("served", FileAt("served/data", content, server.Url))];

        var (code, _, error) = Run("download served --data-root @", Sets);
        Assert.Equal(ExitCode.Problem, code);
        Assert.Contains("The 70001 bytes that arrived are kept: try again to go on.", error, StringComparison.Ordinal);

        server.HangsUpAfter = null;
        var root = Path.GetFullPath(folder.At(""));
        Assert.Equal((ExitCode.Success, $"served: 1 of 1 file fetched and checked, in {root}.\n", "served/data, 0.2 MB\n"), Run("download served --data-root @", Sets));
        Assert.Equal(content, File.ReadAllBytes(folder.At("served/data")));
        Assert.Equal((ExitCode.Success, $"served is there already, whole and undamaged, in {root}.\n", ""), Run("download served --data-root @", Sets));
        Assert.Equal([0, 70_001], server.Offsets);
    }

    [Fact]
    public void Generated_sets_need_no_download() =>
        Assert.Equal((ExitCode.Success, "rings is made by the program and needs no download.\n", ""), Run("download rings"));

    [Theory]
    [InlineData("mnist/x   62%  6.2 MB of 10.0 MB  2.0 MB/s  2 s left", 6_200_000, 10_000_000L, 2e6)]
    [InlineData("mnist/x  100%  10.0 MB of 10.0 MB  2.0 MB/s", 10_000_000, 10_000_000L, 2e6)]
    [InlineData("mnist/x  0.001 MB", 1234, null, 0)]
    public void Progress_tells_rate_and_time_left(string line, long arrived, long? all, double rate) =>
        Assert.Equal(line, DownloadProgress.Line("mnist/x", arrived, all, rate));

    [Fact]
    public void What_is_made_can_be_shown_and_is_replaced_only_by_force()
    {
        Assert.Equal("glyphs: 20 / 2 / 2 examples for training, validation and test in /g.\n'latent data show /g' looks at them.\n", Shown("make glyphs --count 20 --out @g"));
        Assert.Contains("as given: 20 / 2 / 2", Shown("show @g"), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Problem, Run("make glyphs --count 30 --out @g").Code);
        Assert.Contains("30 / 3 / 3", Shown("make glyphs --count 30 --out @g --force"), StringComparison.Ordinal);
        Assert.Contains("as given: 30 / 3 / 3", Shown("show @g"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_holds_the_training_set()
    {
        Shown("make rings --count 20 --seed 3 --out @rings.csv");
        Assert.Equal(21, File.ReadLines(folder.At("rings.csv")).Count());
        var first = File.ReadAllText(folder.At("rings.csv"));
        Shown("make rings --count 20 --seed 4 --out @rings.csv --force");
        Assert.NotEqual(first, File.ReadAllText(folder.At("rings.csv")));
    }
}
