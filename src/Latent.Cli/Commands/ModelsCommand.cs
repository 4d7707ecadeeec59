using System.CommandLine;
using System.Text.Json;
using Latent.Catalog;
using Latent.Cli.Rendering;

namespace Latent.Cli.Commands;

/// <summary><c>latent models</c>: what can be trained by name.</summary>
internal sealed class ModelsCommand : LatentCommand
{
    private readonly Argument<string?> name = new("model") { HelpName = "MODEL", Arity = ArgumentArity.ZeroOrOne, Description = "Show the recipe of this one, to be copied and changed." };
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
                recipes.Select(r => new { name = r.Name, description = r.Description, paper = r.Paper?.Title, authors = r.Paper?.Authors, year = r.Paper?.Year, likelihood = JsonNamingPolicy.CamelCase.ConvertName(r.Model.LikelihoodKind.ToString()), data = r.Data.Set }),
                ReadableJson.Options()));
            return ExitCode.Success;
        }
        var width = recipes.Max(r => r.Name.Length);
        foreach (var recipe in recipes)
        {
            output.WriteLine($"{recipe.Name.PadRight(width)}  {recipe.Description}");
            if (recipe.Paper is { } paper) output.WriteLine($"{new string(' ', width)}  {paper.Authors.Split(',')[0]}{(paper.Authors.Contains(',', StringComparison.Ordinal) ? " and others" : "")} {paper.Year}, {paper.Title}");
        }
        output.WriteLine();
        output.WriteLine("Train one: latent train vae. Change it: latent models vae > my.yaml, then latent train my.yaml.");
        return ExitCode.Success;
    }
}
