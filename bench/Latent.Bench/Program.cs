using System.CommandLine;
using Latent.Bench;
using Latent.Bench.Foundation;

var suites = new Dictionary<string, IReadOnlyList<Workload>> { ["foundation"] = FoundationSuite.Workloads };

var suite = new Argument<string>("suite") { Description = "What to measure." };
suite.AcceptOnlyFromAmong([.. suites.Keys]);
var row = new Option<string>("--row") { Description = "Measure this workload alone." };
var json = new Option<bool>("--json") { Description = "Print one JSON document." };
var markdown = new Option<bool>("--markdown") { Description = "Print a Markdown table, for docs/results.md." };
var command = new RootCommand("Measures Latent and plain PyTorch in turn, workload by workload.") { suite, row, json, markdown };
command.SetAction(parsed =>
{
    var name = parsed.GetValue(suite)!;
    var workloads = suites[name];
    if (parsed.GetValue(row) is { } wanted)
    {
        workloads = [.. workloads.Where(w => w.Name == wanted)];
        if (workloads.Count == 0)
        {
            Console.Error.WriteLine($"'{wanted}' is no row of {name}; rows are {string.Join(", ", suites[name].Select(w => w.Name))}.");
            return 2;
        }
    }
    var format = parsed.GetValue(json) ? ReportFormat.Json : parsed.GetValue(markdown) ? ReportFormat.Markdown : ReportFormat.Text;
    Measure(name, workloads, format);
    return 0;
});
return command.Parse(args).Invoke();

static void Measure(string suite, IReadOnlyList<Workload> workloads, ReportFormat format)
{
    using var peer = Peer.TryStart(suite, out var reason);
    if (peer is null) Console.Error.WriteLine($"No peer: {reason}");
    var report = new Report(format, Machine.Describe(peer));
    report.Begin();
    foreach (var workload in workloads) report.Add(Row.Of(workload, workload.Measure(new Contest(peer, workload.Name))));
    report.End();
}
