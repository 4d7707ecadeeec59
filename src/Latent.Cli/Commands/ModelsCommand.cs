using System.CommandLine;
using System.Text.Json;
using Latent.Catalog;
using Latent.Cli.Rendering;
using Latent.Evaluation;

namespace Latent.Cli.Commands;

/// <summary><c>latent models</c>: what can be trained by name.</summary>
internal sealed class ModelsCommand : LatentCommand
{
    private readonly Argument<string?> name = new("model") { Arity = ArgumentArity.ZeroOrOne, Description = "Show the recipe of this one, to be copied and changed." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON list instead." };

    public ModelsCommand() : base("models", "List the models that can be trained by name, or show the recipe of one.")
    {
        Add(name);
        Add(json);
    }

    public override IReadOnlyList<(string CommandLine, string Purpose)> Examples =>
    [
        ("latent models", "all of them"),
        ("latent models vae > my.yaml", "a recipe to change; then: latent train my.yaml"),
        ("latent models --json | jq '.[].name'", "for a script"),
    ];

    protected override ExitCode Run(ParseResult arguments, TextWriter output)
    {
        if (arguments.GetValue(name) is { } one)
        {
            output.Write(ModelCatalog.Text(one));
            return ExitCode.Success;
        }
        var recipes = ModelCatalog.Names.Select(model => ModelCatalog.Find(model)).ToList();
        if (arguments.GetValue(json))
        {
            output.WriteLine(JsonSerializer.Serialize(
                recipes.Select(r => new { name = r.Name, description = r.Description, paper = r.Paper?.Title, authors = r.Paper?.Authors, year = r.Paper?.Year, likelihood = Camel(r.Model.LikelihoodKind), densityCost = Camel(r.Model.DensityCost), samplingCost = Camel(r.Model.SamplingCost), data = r.Data.Set }),
                ReadableJson.Options()));
            return ExitCode.Success;
        }
        var indent = recipes.Max(r => r.Name.Length) + 2;
        foreach (var recipe in recipes)
        {
            var lines = FoldedText.Lines(recipe.Description, Terminal.Width(output) - indent - 1);
            if (recipe.Paper is { } paper) lines = lines.Concat(FoldedText.Lines(Citation(paper), Terminal.Width(output) - indent - 1));
            lines = lines.Concat(FoldedText.Lines($"log p(x): {Kind(recipe.Model.LikelihoodKind)}, {InWords(recipe.Model.DensityCost)}; a sample: {InWords(recipe.Model.SamplingCost)}", Terminal.Width(output) - indent - 1));
            foreach (var (i, line) in lines.Index()) output.WriteLine($"{(i == 0 ? recipe.Name : "").PadRight(indent)}{line}");
        }
        output.WriteLine();
        output.WriteLine("Train one: latent train vae. Change one: latent models vae > my.yaml");
        return ExitCode.Success;
    }

    private static string Camel(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Kind(LikelihoodKind kind) => kind switch
    {
        LikelihoodKind.Exact => "exact",
        LikelihoodKind.LowerBound => "a lower bound",
        LikelihoodKind.Estimate => "an estimate",
        _ => "none",
    };

    private static string InWords(Cost cost) => cost switch
    {
        Cost.OnePass => "one pass",
        Cost.Search => "one pass with searches for roots",
        Cost.PassPerCoordinate => "a pass for each coordinate",
        Cost.ManyDraws => "many draws",
        _ => "not available",
    };

    /// <summary><c>Kingma and others 2014, Auto-encoding variational Bayes</c>.</summary>
    private static string Citation(Paper paper) =>
        paper.Authors.Split(',', StringSplitOptions.TrimEntries) is { Length: > 2 } many ? $"{many[0]} and others {paper.Year}, {paper.Title}" : $"{paper.Authors.Replace(",", " and", StringComparison.Ordinal)} {paper.Year}, {paper.Title}";
}
