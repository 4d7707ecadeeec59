using System.Text.Json;
using Latent.Distributions;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Laws;

/// <summary>Log-probabilities against the table that <c>reference/distributions/make.py</c> wrote.</summary>
public sealed class ParityTests : ScopedTest
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private static readonly Entry[] Table =
        JsonSerializer.Deserialize<Entry[]>(File.ReadAllText(Repository.At("reference/distributions/log_prob.json")), Options)!;

    private static readonly Dictionary<string, Func<Tensor[], Distribution>> Makers = new()
    {
        ["Normal"] = p => new Normal(p[0], p[1]),
        ["DiagonalNormal"] = p => new DiagonalNormal(p[0], p[1]),
        ["MultivariateNormal"] = p => new MultivariateNormal(p[0], p[1]),
        ["Bernoulli"] = p => new Bernoulli(p[0]),
        ["ContinuousBernoulli"] = p => new ContinuousBernoulli(p[0]),
        ["Categorical"] = p => new Categorical(p[0]),
        ["OneHotCategorical"] = p => new OneHotCategorical(p[0]),
        ["Uniform"] = p => new Uniform(p[0], p[1]),
        ["Logistic"] = p => new Logistic(p[0], p[1]),
        ["Laplace"] = p => new Laplace(p[0], p[1]),
        ["DiscretizedLogistic"] = p => new DiscretizedLogistic(p[0], p[1]),
        ["Gamma"] = p => new Gamma(p[0], p[1]),
        ["Beta"] = p => new Beta(p[0], p[1]),
        ["Mixture"] = p => new Mixture(p[0], new Normal(p[1], p[2])),
        ["RelaxedBernoulli"] = p => new RelaxedBernoulli(p[0], 0.7),
        ["RelaxedOneHotCategorical"] = p => new RelaxedOneHotCategorical(p[0], 0.7),
    };

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Table.Length)];

    [Fact]
    public void The_table_covers_all_that_can_be_made() => Assert.Equal(Makers.Keys.ToHashSet(), Table.Select(e => e.Distribution).ToHashSet());

    [Theory, MemberData(nameof(Rows))]
    public void Log_probabilities_equal_the_reference(int row) => Scoped(() =>
    {
        var entry = Table[row];
        var x = entry.X.ToTensor();
        if (entry.Distribution == "Categorical") x = x.To(ElementType.Int64);
        var actual = Makers[entry.Distribution]([.. entry.Parameters.Select(p => p.ToTensor())]).LogProb(x);
        Close.Equal(entry.LogProb, actual);
    });

    private sealed record Entry(string Distribution, Values[] Parameters, Values X, double[] LogProb);

    private sealed record Values(long[] Shape, [property: System.Text.Json.Serialization.JsonPropertyName("values")] double[] Numbers)
    {
        public Tensor ToTensor() => Tensor.From(Numbers, Shape);
    }
}
