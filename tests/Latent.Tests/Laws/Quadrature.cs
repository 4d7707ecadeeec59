using Latent.Distributions;
using Latent.Torch;
using MathNet.Numerics.Integration;

namespace Latent.Tests.Laws;

/// <summary>A product of composite Gauss–Legendre rules over the box of a chart.</summary>
public sealed class Quadrature
{
    private readonly Chart chart;
    private readonly double[][] axes; // nodes per axis
    private readonly double[] logWeights;

    /// <summary>A rule on the panels of the chart, with further ends of panels for each axis if told.</summary>
    public Quadrature(Chart chart, double[][]? cuts = null)
    {
        this.chart = chart;
        var order = chart.Dimensions == 1 ? 16 : 8;
        var (nodes, weights) = (new double[chart.Dimensions][], new double[chart.Dimensions][]);
        for (var d = 0; d < chart.Dimensions; d++)
        {
            var edges = Edges(cuts?[d] ?? []);
            var panels = edges.Zip(edges.Skip(1)).Select(e => new GaussLegendreRule(e.First, e.Second, order)).ToArray();
            nodes[d] = [.. panels.SelectMany(r => r.Abscissas)];
            weights[d] = [.. panels.SelectMany(r => r.Weights)];
        }
        (axes, logWeights) = (nodes, [0.0]);
        foreach (var axis in weights) logWeights = [.. logWeights.SelectMany(_ => axis, (w, v) => w + Math.Log(v))];
    }

    public double[] Edges(double[] cuts) =>
        [.. Enumerable.Range(0, chart.Panels + 1).Select(i => chart.From + (chart.To - chart.From) * i / chart.Panels)
            .Concat(chart.Breaks).Concat(cuts).Where(e => e >= chart.From && e <= chart.To).Distinct().Order()];

    /// <summary>The nodes t, [n, D].</summary>
    public Tensor Nodes
    {
        get
        {
            var grids = Tensor.MeshGrid([.. axes.Select(a => Tensor.From(a))], "ij");
            return Tensor.Stack([.. grids.Select(g => g.Reshape([-1]))], -1);
        }
    }

    /// <summary>The events x(t), [n, *event].</summary>
    public Tensor Events => chart.ToEvent(Nodes);

    /// <summary>The mass that a distribution without batch axes gives to each node, [n].</summary>
    public Tensor Masses(Distribution p) => (p.LogProb(Events) + chart.LogJacobian(Nodes) + Tensor.From(logWeights)).Exp();

    /// <summary>The distribution function at points t of one dimension: the panels before, and a rule of its own for the rest.</summary>
    public double[] DistributionFunction(Distribution p, double[] t)
    {
        var edges = Edges([]);
        var masses = Masses(p).Reshape([edges.Length - 1, -1]).Sum(-1).ToArray<double>();
        var before = new double[edges.Length];
        for (var i = 0; i < masses.Length; i++) before[i + 1] = before[i] + masses[i];
        var rule = new GaussLegendreRule(0, 1, 16);
        var starts = t.Select(v => Math.Clamp(Array.BinarySearch(edges, v) is var i && i >= 0 ? i : ~i - 1, 0, masses.Length - 1)).ToArray();
        var start = Tensor.From([.. starts.Select(i => edges[i])]).Unsqueeze(-1);
        var length = Tensor.From(t).Unsqueeze(-1) - start;
        var nodes = (start + length * Tensor.From(rule.Abscissas)).Reshape([-1, 1]);
        var densities = (p.LogProb(chart.ToEvent(nodes)) + chart.LogJacobian(nodes)).Exp().Reshape([t.Length, -1]);
        var rest = (densities * Tensor.From(rule.Weights) * length).Sum(-1).ToArray<double>();
        return [.. rest.Select((r, i) => before[starts[i]] + r)];
    }
}
