namespace Latent.Torch.Tests.Operators;

public sealed class OperatorTests : ScopedTest
{
    private static string NameOf(Operator op) => op.FullName["aten::".Length..];

    public static TheoryData<string> Operators => [.. Schemas.All.Select(NameOf)];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Computes_what_its_row_says(string name) => Scoped(() =>
    {
        var rows = OperatorTable.Rows[name];
        Assert.True(rows.Any(), $"{name} has no row in OperatorTable.cs.");
        foreach (var row in rows)
        {
            var results = row.Compute();
            Assert.Equal(row.Expected.Length, results.Length);
            foreach (var (result, expected) in results.Zip(row.Expected))
            {
                expected.Check(result);
                if (row.IsDirect) Assert.Equal("aten::" + name, Operator.NameOf(result.Origin));
            }
        }
    });

    [Fact]
    public void Every_row_names_an_operator()
    {
        var known = Schemas.All.Select(NameOf).ToHashSet();
        Assert.All(OperatorTable.Rows, rows => Assert.Contains(rows.Key, known));
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void Has_the_schema_of_the_running_libtorch(string name)
    {
        var op = Schemas.All.Single(o => NameOf(o) == name);
        var running = op.RunningSchema();
        Assert.True(running is not null, $"This libtorch has no {name}.");
        Assert.Null(SchemaComparison.Difference(op.Schema, running));
    }
}
