using System.Text.Json;
using Latent.Evaluation;

namespace Latent.Cli.Tests.Use;

/// <summary><c>latent eval</c> and <c>compare</c>, and <c>models</c>.</summary>
[Collection(TrainedRuns.Collection)]
public sealed class EvalTests(TrainedRuns runs)
{
    private static string[] Keys(JsonElement element) => [.. element.EnumerateObject().Select(p => p.Name)];

    [Fact]
    public void The_json_is_the_report_that_the_run_keeps()
    {
        var output = CommandRun.Succeeding(["eval", "pictures", .. runs.In, "--json"]);

        Assert.Equal(System.IO.File.ReadAllText(runs["pictures"].EvaluationFile), output);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(["model", "protocol", "likelihood", "elbo", "rate", "distortion", "annealed", "likelihoodOfAnnealed", "latents", "information", "diagnosis", "notes", "seconds"], Keys(json.RootElement));
        var likelihood = json.RootElement.GetProperty("likelihood");
        Assert.Equal(["logLikelihood", "kind", "particles", "standardError", "lower", "upper", "examples", "bitsPerDimension", "effectiveSampleSize"], Keys(likelihood));
        Assert.Equal(("estimate", 5, 31), (likelihood.GetProperty("kind").GetString(), likelihood.GetProperty("particles").GetInt32(), likelihood.GetProperty("examples").GetInt32()));
        Assert.Equal(("bars", "test"), (json.RootElement.GetProperty("protocol").GetProperty("data").GetString(), json.RootElement.GetProperty("protocol").GetProperty("part").GetString()));
        Assert.Equal("pictures", json.RootElement.GetProperty("model").GetProperty("run").GetString());

        var report = EvaluationReport.FromJson(output);
        Assert.Equal(-(report.Rate!.Value + report.Distortion!.Value), report.Elbo!.LogLikelihood, 1e-6);
        Assert.Equal(likelihood.GetProperty("logLikelihood").GetDouble(), report.Likelihood!.LogLikelihood);
        Assert.True(report.Elbo.LogLikelihood <= report.Likelihood.LogLikelihood + 0.05);
    }

    [Fact]
    public void Options_change_what_is_measured()
    {
        var report = EvaluationReport.FromJson(CommandRun.Succeeding(["eval", "pictures", .. runs.In, "--json", "--part", "validation", "--particles", "3", "--examples", "17", "--seed", "2"]));

        Assert.Equal(("validation", 17, 2000, 2UL), (report.Protocol.Part, report.Protocol.Examples, report.Protocol.Available, report.Protocol.Seed));
        Assert.Equal((3, 17), (report.Likelihood!.Particles, report.Likelihood.Examples));
    }

    [Fact]
    public void Annealing_is_a_second_opinion()
    {
        var output = CommandRun.Succeeding(["eval", "plane", .. runs.In, "--part", "validation", "--examples", "3", "--ais"]);

        Assert.Matches(@"\n  annealed +−\d+\.\d\d ± \d+\.\d\d  3 examples, \d+ chains; by draws the same: −\d+\.\d\d\n", output);
    }

    [Fact]
    public void The_table_says_what_is_known_and_what_it_means()
    {
        var lines = CommandRun.Succeeding(["eval", "table", .. runs.In]).Split('\n');

        Assert.Equal("table on table.csv/test: all 21; preprocessing: standardisation", lines[0]);
        Assert.Matches(@"^  log p\(x\) ≈ +−\d+\.\d\d ± \d\.\d\d  estimate from below by 5 weighted draws \(effective sample size [1-5]\.\d\)$", lines[1]);
        Assert.Matches(@"^  ELBO +−\d+\.\d\d ± \d\.\d\d  lower bound$", lines[2]);
        Assert.Matches(@"^  rate +\d+\.\d\d  KL\(q\(z\|x\) ‖ p\(z\)\), what the code costs$", lines[3]);
        Assert.Matches(@"^  distortion +−?\d+\.\d\d  −E\[log p\(x\|z\)\], what the code leaves open$", lines[4]);
        Assert.Matches(@"^  I\(x; z\) +(≥ )?\d+\.\d\d  what the code tells of the example; 21 examples show at most 3\.04$", lines[5]);
        Assert.Matches(@"^  marginal KL +\d+\.\d\d  KL\(q\(z\) ‖ p\(z\)\), where codes and prior differ$", lines[6]);
        Assert.Matches(@"^  active units +[0-3] of 3  of z: Var\(E\[z\|x\]\) > 0\.01; KL of each: \d+\.\d\d \d+\.\d\d \d+\.\d\d$", lines[7]);
        Assert.Contains(lines, line => line.Contains(" of 3 units ", StringComparison.Ordinal));
        Assert.Matches(@"^In nats per example, of the data before standardisation; measured in \d+\.\d s\.$", lines[^2]);
    }

    [Fact]
    public void Models_are_listed_for_people_and_programs()
    {
        using var json = JsonDocument.Parse(CommandRun.Succeeding("models", "--json"));
        var models = json.RootElement.EnumerateArray().ToList();
        var text = CommandRun.Succeeding("models");
        Assert.Equal(Latent.Catalog.ModelCatalog.Names, models.Select(m => m.GetProperty("name").GetString()));
        Assert.All(models, model =>
        {
            Assert.Equal(["name", "description", "paper", "authors", "year", "likelihood", "densityCost", "samplingCost", "data"], Keys(model));
            Assert.Contains(model.GetProperty("likelihood").GetString(), (string[])["exact", "lowerBound", "estimate", "none"]);
            Assert.Matches($"(?m)^{model.GetProperty("name").GetString()} +[A-Z]", text);
        });
        var vae = models.Single(m => m.GetProperty("name").GetString() == "vae");
        Assert.Equal(("Auto-encoding variational Bayes", 2014, "lowerBound"), (vae.GetProperty("paper").GetString(), vae.GetProperty("year").GetInt32(), vae.GetProperty("likelihood").GetString()));
    }

    [Fact]
    public void A_model_is_shown_as_a_recipe_that_trains()
    {
        var file = runs.At("my.yaml");
        System.IO.File.WriteAllText(file, CommandRun.Succeeding("models", "beta-vae"));
        CommandRun.Succeeding(["train", file, "--data", "bars", "--epochs", "0.01", "--name", "mine", .. runs.In, .. TrainedRuns.Small]);

        Assert.Contains("beta:\n    kind: constant\n    value: 4\n", System.IO.File.ReadAllText(runs["mine"].RecipeFile), StringComparison.Ordinal);
    }
}
