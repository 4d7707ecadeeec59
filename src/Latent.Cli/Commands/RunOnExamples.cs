using System.CommandLine;
using Latent.Catalog;
using Latent.Data;
using Latent.Torch;

namespace Latent.Cli.Commands;

/// <summary>The run that a command uses and the examples that it is used on, with the options that name them.</summary>
internal sealed class RunOnExamples
{
    private readonly Argument<string> run = RunOptions.Run();
    private readonly Option<string> runs = RunOptions.Runs();
    private readonly Option<string?> checkpoint = RunOptions.Checkpoint();
    private readonly Option<string?> data = RunOptions.Data();
    private readonly Option<string?> part = RunOptions.Part();
    private readonly Option<string?> dataRoot = DataOptions.Root();

    /// <summary>Adds them to a command.</summary>
    public RunOnExamples(Command command)
    {
        command.Add(run);
        foreach (var option in new Option[] { runs, checkpoint, data, part, dataRoot }) command.Add(option);
    }

    /// <summary>Opens the run.</summary>
    public TrainedRun Open(ParseResult arguments) => RunOptions.Open(arguments.GetValue(run)!, arguments.GetValue(runs)!, arguments.GetValue(checkpoint));

    /// <summary>Opens a run whose model gives examples codes.</summary>
    /// <exception cref="NotSupportedException">It gives none.</exception>
    public TrainedRun OpenWithCodes(ParseResult arguments)
    {
        var trained = Open(arguments);
        if (trained.Recipe.Model.HasCode) return trained;
        trained.Dispose();
        throw new NotSupportedException($"The model of '{trained.Folder.Name}', {trained.Recipe.Name}, gives examples no codes: it has no latent variables{(trained.Recipe.Model is FlowRecipe { Dequantization: not null } ? " but noise within levels" : "")}. Draw samples from it (latent sample), or score examples (latent score).");
    }

    /// <summary>The examples; what of a table the model does not know is named.</summary>
    public Dataset Examples(TrainedRun trained, ParseResult arguments)
    {
        var (source, error) = (arguments.GetValue(data), arguments.InvocationConfiguration.Error);
        var examples = trained.OpenData(source, arguments.GetValue(part), arguments.GetValue(dataRoot));
        if (examples.UnusedColumns is { Count: > 0 } unused) error.WriteLine($"Note: '{examples.Name}' has more columns than the model knows. {Quoted.Names([.. unused])} {(unused.Count == 1 ? "is" : "are")} not looked at.");
        if (source is not null && trained.Data.Scale is not null) NoteStrangeColumns(trained, examples, error);
        return examples;
    }

    /// <summary>Names columns that lie far from where they lay in training: they may be in other units.</summary>
    private static void NoteStrangeColumns(TrainedRun run, Dataset examples, TextWriter error)
    {
        const double Far = 10; // standard deviations
        using var scope = TensorScope.Open();
        var means = Batches.InOrder(examples, examples.Count, new(0)).At(0).X.Flatten(1).Mean(0).To(ElementType.Float64).ToArray<double>();
        for (var i = 0; i < means.Length; i++)
        {
            if (Math.Abs(means[i]) < Far) continue;
            var (name, usual, spread) = (run.Data.Columns is { } names ? $"'{names[i]}'" : $"Column {i + 1}", run.Data.Mean![i], run.Data.Scale![i]);
            error.WriteLine(FormattableString.Invariant($"Note: {name} of '{examples.Name}' is {usual + means[i] * spread:G4} on average, and was {usual:G4} ± {spread:G4} in training. Is it in other units?"));
        }
    }
}
