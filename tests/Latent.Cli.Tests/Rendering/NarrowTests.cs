using System.CommandLine;
using Latent.Cli.Commands;
using Latent.Cli.Rendering;
using Latent.Evaluation;
using Spectre.Console;

namespace Latent.Cli.Tests.Rendering;

/// <summary>What is shown on a terminal of eighty columns: nothing is cut, and lines that are to be copied stay whole.</summary>
public sealed class NarrowTests
{
    private const int Columns = 80;

    private static readonly EvaluationProtocol s_protocol = new()
    {
        Data = "binarized-mnist", Part = "test", Split = "as published", Preprocessing = "dynamic binarization", Levels = 256, Shape = [1, 28, 28], Examples = 1000, Available = 10000, Seed = 0,
    };

    private static EvaluationReport Report(string run, double logLikelihood, LikelihoodKind kind = LikelihoodKind.Estimate)
    {
        LikelihoodEstimate Estimate(double mean) => new()
        {
            LogLikelihood = mean, Kind = kind, Particles = kind == LikelihoodKind.Exact ? null : 5000, StandardError = 12.34, Lower = mean - 20, Upper = mean + 20, Examples = 1000, EffectiveSampleSize = 3.2,
            BitsPerDimension = 1.234,
        };
        return new()
        {
            Model = new("importance-weighted", 12_345_678, 10, run), Protocol = s_protocol, Likelihood = Estimate(logLikelihood), Elbo = Estimate(logLikelihood - 3), Rate = 21.5, Distortion = -logLikelihood - 18,
            Latents = [new("z", [50], 21.5, [.. Enumerable.Range(0, 50).Select(i => i / 10.0)], [.. Enumerable.Range(0, 50).Select(i => i / 1000.0)])],
            Information = new(6.2, 0.1, 14.5, 0.2, null, 1000),
            Diagnosis = new(CollapseVerdict.PartialCollapse, HasPriorHoles: true, "Partial posterior collapse: " + string.Concat(Enumerable.Repeat("word ", 30)), [string.Concat(Enumerable.Repeat("advice ", 20)).Trim()]),
            Notes = [string.Concat(Enumerable.Repeat("note ", 30)).Trim()], Seconds = 1.23,
        };
    }

    private static string[] Lines(Action<IAnsiConsole> write, int columns = Columns)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = columns;
        write(console);
        return text.ToString().TrimEnd('\n').Split('\n');
    }

    [Fact]
    public void An_evaluation_folds_its_remarks_in_their_column()
    {
        var lines = Lines(console => EvaluationTable.Write(console, Report("run", -12345.67)));

        Assert.All(lines, line => Assert.True(line.Length <= Columns, line));
        Assert.Contains("  log p(x) ≈    −12345.67 ± 12.34  estimate from below by 5,000 weighted draws", lines);
        Assert.Contains("                                   (effective sample size 3.2)", lines);
        Assert.Contains("  bits/dim                  1.234", lines);
        Assert.Contains("  active units           39 of 50  of z: Var(E[z|x]) > 0.01; KL of each: 4.90", lines);
        Assert.Contains("  → advice advice advice advice advice advice advice advice advice advice advice", lines);
        Assert.Equal("In nats per example; measured in 1.2 s.", lines[^1]);
    }

    [Fact]
    public void A_comparison_shows_the_columns_that_fit_and_names_the_others()
    {
        var comparison = Comparison.Of([Report("first-run-of-all", -12345.67), Report("second", -90.1, LikelihoodKind.Exact)]);
        var (narrow, wide) = (Lines(console => ComparisonTable.Write(console, comparison)), Lines(console => ComparisonTable.Write(console, comparison), columns: 200));

        Assert.All(narrow, line => Assert.True(line.Length <= Columns, line));
        Assert.Equal("run               model                           log p(x)      K       ELBO", narrow[0]);
        Assert.Equal("second            importance-weighted     = −90.10 ± 12.34      –     −93.10", narrow[1]);
        Assert.Equal("first-run-of-all  importance-weighted  ≈ −12345.67 ± 12.34  5,000  −12348.67", narrow[2]);
        Assert.Equal("A wider terminal shows more: rate, active, distortion, parameters.", narrow[^1]);
        Assert.Equal("second            importance-weighted     = −90.10 ± 12.34      –     −93.10  21.50   39/50       72.10  12,345,678", wide[1]);
        Assert.DoesNotContain(wide, line => line.StartsWith("A wider", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(40, "  latent a            one\n  latent bb --option  and another\n")]
    [InlineData(37, "  latent a            one\n  latent bb --option  and another\n")]
    [InlineData(32, "  latent a\n      one\n  latent bb --option\n      and another\n")]
    public void Command_lines_stand_above_their_purpose_where_there_is_no_room_beside(int columns, string expected)
    {
        using var text = new StringWriter();
        ExampleLines.Write(text, [("latent a", "one"), ("latent bb --option", "and another")], columns);
        Assert.Equal(expected, text.ToString());
    }

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("one two three", 6, "one|two|three")]
    [InlineData("immeasurable a", 5, "immeasurable|a")]
    [InlineData("a", 5, "a")]
    public void Paragraphs_fold_between_words(string text, int width, string lines) => Assert.Equal(lines.Split('|'), FoldedText.Lines(text, width));

    [Theory]
    [InlineData(0.25, 10, "likelihood   25%  0:30 left")]
    [InlineData(1, 10, "likelihood  100%  0:00 left")]
    [InlineData(0, 10, "likelihood    0%")]
    public void Progress_tells_the_share_and_the_time_left(double done, double seconds, string line) =>
        Assert.Equal(line, WorkProgress.Line("likelihood", done, TimeSpan.FromSeconds(seconds)));

    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    [Fact]
    public void Progress_that_is_not_on_a_terminal_is_a_line_now_and_then()
    {
        var clock = new SetClock();
        using var text = new StringWriter();
        using (var progress = new WorkProgress("bound", text, clock))
        {
            foreach (var (seconds, done) in new[] { (0, 0.1), (29, 0.2), (30, 0.25), (31, 0.26), (59, 0.4), (60, 0.5) })
            {
                clock.Now = TimeSpan.FromSeconds(seconds);
                progress.Report(done);
            }
            progress.Begin("likelihood");
            clock.Now = TimeSpan.FromSeconds(100);
            progress.Report(0.5);
        }
        Assert.Equal("bound   25%  1:30 left\nbound   50%  1:00 left\nlikelihood   50%  0:40 left\n", text.ToString());
    }

    [Theory]
    [InlineData(-0.001, "0.00"), InlineData(-0.01, "−0.01"), InlineData(-12.345, "−12.35"), InlineData(double.NaN, "NaN"), InlineData(double.NegativeInfinity, "−Infinity")]
    public void Numbers_have_a_sign_only_where_they_have_digits(double number, string text) => Assert.Equal(text, TrainingTable.Number(number));

    [Fact]
    public void Remarks_of_the_help_are_not_folded()
    {
        var commands = LatentCommandLine.Commands().SelectMany(command => command is LatentCommand ? [command] : (IEnumerable<Command>)command.Subcommands).Cast<LatentCommand>();
        Assert.All(commands.SelectMany(command => command.Remarks.Split('\n')), line => Assert.True(line.Length < Columns, line));
    }
}
