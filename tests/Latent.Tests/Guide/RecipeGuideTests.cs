using Latent.Catalog;
using Latent.Tests.Catalog;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Guide;

/// <summary>docs/guide/recipes.md is what the program does.</summary>
public sealed class RecipeGuideTests : ScopedTest
{
    private const string Begin = "<!-- The tables below are made by RecipeReference in tests/Latent.Tests/Guide; a test prints them where they differ. -->\n";

    private static readonly string Page = File.ReadAllText(Repository.At("docs/guide/recipes.md"));

    [Fact]
    public void All_keys_are_there_as_the_records_say()
    {
        var tables = Page[(Page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..];
        Assert.True(RecipeReference.Text == tables, $"Let the page end with:\n{RecipeReference.Text}");
    }

    [Fact]
    public void Its_examples_can_be_trained() => Scoped(() =>
    {
        var examples = Page.Split("```yaml\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]).ToList();
        Assert.Equal(3, examples.Count);
        foreach (var example in examples)
        {
            var recipe = ModelCatalog.Yaml.Read<Recipe>(example, "recipes.md");
            var isTable = recipe.Data.Set.EndsWith(".csv", StringComparison.Ordinal);
            DataSummary data = isTable ? new([5], null, new double[5]) : new([1, 28, 28], 256, new double[784]);
            using var store = new ParameterStore();
            var model = recipe.Model.Resolve(data).Build(store.Init(), data);
            Assert.NotNull(recipe.Objective.Build(model, 10));
            Assert.True(recipe.Training.LearningRate.Build(10)(0) > 0);
        }
    });

    [Fact]
    public void Every_kind_is_in_a_recipe_or_a_record()
    {
        // A record that no key leads to would be in no table.
        var shown = RecipeReference.Text;
        var kinds = typeof(Recipe).Assembly.GetTypes().Where(type => type.Namespace == "Latent.Catalog" && type.IsPublic && !type.IsAbstract && type.Name.EndsWith("Recipe", StringComparison.Ordinal));
        Assert.All(kinds.Where(type => type.BaseType!.Namespace == "Latent.Catalog"), type => Assert.Contains($"| `{ModelCatalog.Kinds.Of(type.BaseType!).Single(kind => kind.Type == type).Name}` |", shown, StringComparison.Ordinal));
        Assert.NotEmpty(Small.Recipes);
    }
}
