using Latent.Data;
using Latent.Torch;

namespace Latent.Cli.Rendering;

/// <summary>Columns of a table on which a density has no bound: those that never change, and those that say what another says.</summary>
internal static class DegenerateColumns
{
    /// <summary>1 − |correlation| that rounding of single precision explains.</summary>
    private const double Rounding = 1e-10;

    /// <summary>Rows that show whether columns are alike.</summary>
    private const long Enough = 10_000;

    /// <summary>What to say of them, a line each; nothing where examples are no vectors of reals.</summary>
    /// <param name="train">The training data.</param>
    public static IReadOnlyList<string> Notes(Dataset train)
    {
        if (train.Levels is not null || train.IsSequence || train.EventShape is not [var width]) return [];
        string Name(int column) => train.ColumnNames.ElementAtOrDefault(column) ?? $"column{column + 1}";
        var isConstant = AreConstant(train.Values.Values<float>(), (int)width);
        var columns = Standardized(train.Strided(Enough).Values.Values<float>(), isConstant);
        string[] constant = [.. Enumerable.Range(0, isConstant.Length).Where(column => isConstant[column]).Select(Name)];
        string[] alike = [.. Alike(columns).Order().Select(pair => $"'{Name(pair.First)}' and '{Name(pair.Second)}'")];
        const string Unbounded = "A density there has no bound, so that log p(x) says little:";
        var notes = new List<string>();
        if (constant.Length > 0)
            notes.Add($"Note: {Quoted.Names(constant)} never change{(constant.Length == 1 ? "s" : "")} in the training data. {Unbounded} leave {(constant.Length == 1 ? "it" : "them")} out of the table.");
        if (alike.Length > 0)
            notes.Add($"Note: {string.Join(", ", alike.Take(5))}{(alike.Length > 5 ? $" and {alike.Length - 5} more pairs" : "")} say the same in the training data, up to unit and sign. {Unbounded} leave one of {(alike.Length == 1 ? "the two" : "each two")} out of the table.");
        return notes;
    }

    private static bool[] AreConstant(ReadOnlySpan<float> values, int width)
    {
        var are = new bool[width];
        are.AsSpan().Fill(true);
        for (var i = width; i < values.Length; i++) are[i % width] &= values[i] == values[i % width];
        return are;
    }

    /// <summary>Columns with mean 0 and length 1; null where nothing changes.</summary>
    private static double[]?[] Standardized(ReadOnlySpan<float> values, bool[] isConstant)
    {
        var columns = new double[]?[isConstant.Length];
        for (var column = 0; column < columns.Length; column++)
        {
            if (isConstant[column]) continue;
            var own = new double[values.Length / columns.Length];
            for (var row = 0; row < own.Length; row++) own[row] = values[row * columns.Length + column];
            var mean = own.Average();
            for (var row = 0; row < own.Length; row++) own[row] -= mean;
            var length = Math.Sqrt(Product(own, own));
            if (length == 0) continue;
            for (var row = 0; row < own.Length; row++) own[row] /= length;
            columns[column] = own;
        }
        return columns;
    }

    /// <summary>Pairs of the same column, up to sign. Those lie side by side in the order of their products with a random vector, so that few are compared.</summary>
    private static IEnumerable<(int First, int Second)> Alike(double[]?[] columns)
    {
        var changing = Enumerable.Range(0, columns.Length).Where(column => columns[column] is not null).ToArray();
        if (changing.Length == 0 || columns[changing[0]]!.Length < 3) return []; // two points lie on a line
        var random = new double[columns[changing[0]]!.Length];
        new Rng(0).Normal(random);
        int[] order = [.. changing.OrderBy(column => Math.Abs(Product(columns[column]!, random)))];
        return order.Zip(order.Skip(1), (one, next) => (Math.Min(one, next), Math.Max(one, next)))
            .Where(pair => 1 - Math.Abs(Product(columns[pair.Item1]!, columns[pair.Item2]!)) < Rounding);
    }

    private static double Product(double[] x, double[] y) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(x, y);
}
