using System.Globalization;
using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor.Checks;

/// <summary>Variables that hold a library below what the processor can do, a row each.</summary>
internal static class EnvironmentChecks
{
    private static readonly string[] s_threads = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

    public static IEnumerable<Finding> Of(MachineFacts facts)
    {
        List<Finding> rows = [.. VariableLimit.All.Select(limit => LimitOf(limit, facts)).OfType<Finding>(), .. s_threads.Select(v => ThreadsOf(v, facts)).OfType<Finding>()];
        if (rows.Count > 0) return rows;
        var set = VariableLimit.All.Select(l => l.Variable).Concat(s_threads).Where(facts.Environment.ContainsKey).Select(v => $"{v}={facts.Environment[v]}");
        return [new("environment", "Environment", Status.Ok, "no variable holds the libraries back") { Details = [.. set] }];
    }

    /// <summary>Whether a variable says how many threads there are to be.</summary>
    public static bool NamesThreads(MachineFacts facts) => s_threads.Any(facts.Environment.ContainsKey);

    private static Finding? LimitOf(VariableLimit limit, MachineFacts facts)
    {
        if (!facts.Environment.TryGetValue(limit.Variable, out var value) || !limit.Values.TryGetValue(value, out var set) || !IsUsed(limit.Library, facts)) return null;
        var has = facts.Processor.InstructionSet;
        var (useful, wanted) = (Least(has, limit.Best), Least(set, limit.Best));
        return wanted < useful
            ? Row(Status.Warning, $"{limit.Variable}={value} holds {limit.Library} to {set.Name()}; the processor has {has.Name()}", limit.Variable)
            : wanted > useful && limit.Obeys
                ? Row(Status.Problem, $"{limit.Variable}={value} makes {limit.Library} use {set.Name()}, which the processor lacks: it will crash", limit.Variable)
                : null;
    }

    // OpenBLAS may serve the fused kernels where libtorch uses another BLAS. Before libtorch runs, it is the likely one.
    private static bool IsUsed(string library, MachineFacts facts) => library switch
    {
        BlasFacts.OpenBlas => facts.Native.Libtorch is null or { Blas.Name: BlasFacts.OpenBlas } || facts.Native.MatrixProducts?.Contains("openblas", StringComparison.Ordinal) == true,
        BlasFacts.Mkl => facts.Native.Libtorch is { Blas.Name: BlasFacts.Mkl },
        _ => true,
    };

    private static Finding? ThreadsOf(string variable, MachineFacts facts)
    {
        var cores = facts.Processor.UsableCores;
        // OpenMP takes a list, one number for each level of nesting.
        return facts.Environment.TryGetValue(variable, out var value)
            && int.TryParse(value.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var threads)
            && threads > 0 && threads < cores
                ? Row(Status.Warning, $"{variable}={value} leaves {cores - threads} of {cores} cores idle", variable)
                : null;
    }

    private static InstructionSet Least(InstructionSet a, InstructionSet b) => a < b ? a : b;

    private static Finding Row(Status status, string found, string variable) => new("environment", "Environment", status, found) { Remedy = $"unset {variable}" };
}
