using System.CommandLine;
using Latent.Bench;
using Latent.Bench.Densities;
using Latent.Bench.FirstLight;
using Latent.Bench.Foundation;

var suites = new SortedDictionary<string, IReadOnlyList<Workload>> { ["densities"] = DensitiesSuite.Workloads, ["foundation"] = FoundationSuite.Workloads, ["first-light"] = FirstLightSuite.Workloads };

var suite = new Argument<string?>("suite") { Description = "What to measure; everything if left out.", Arity = ArgumentArity.ZeroOrOne };
suite.AcceptOnlyFromAmong([.. suites.Keys]);
var row = new Option<string?>("--row") { Description = "Measure this row alone." };
row.AcceptOnlyFromAmong([.. suites.Values.SelectMany(workloads => workloads, (_, workload) => workload.Name)]);
var json = new Option<bool>("--json") { Description = "Print one JSON document." };
var markdown = new Option<bool>("--markdown") { Description = "Print a Markdown table, for docs/results.md." };
var command = new RootCommand("Measures Latent and plain PyTorch in turn, row by row.") { suite, row, json, markdown };
command.SetAction(parsed =>
{
    var format = parsed.GetValue(json) ? ReportFormat.Json : parsed.GetValue(markdown) ? ReportFormat.Markdown : ReportFormat.Text;
    using var peer = Peer.TryStart(out var reason);
    if (peer is null) Console.Error.WriteLine($"No peer: {reason}");
    var report = new Report(format, Machine.Describe(peer));
    report.Begin();
    foreach (var (name, workloads) in suites.Where(s => parsed.GetValue(suite) is null || parsed.GetValue(suite) == s.Key))
    {
        foreach (var workload in workloads.Where(w => parsed.GetValue(row) is null || parsed.GetValue(row) == w.Name))
            report.Add(Row.Of(name, workload, workload.Measure(new Contest(peer, name, workload.Name))));
    }
    report.End();
});
return command.Parse(args).Invoke();
