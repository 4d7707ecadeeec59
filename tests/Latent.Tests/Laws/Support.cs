using Latent.Torch;

namespace Latent.Tests.Laws;

/// <summary>Where the events of a row lie: a finite set, or the image of a box under a chart.</summary>
public abstract record Support;

/// <summary>All values that batch entry i can take, [N, *event].</summary>
public sealed record Finite(Func<int, Tensor> Values) : Support
{
    public static Finite Range(int count) => new(_ => Tensor.Arange(count, dtype: ElementType.Float64));

    public static Finite Numbers(int count) => new(_ => Tensor.Arange(count));

    public static Finite OneHot(int count) => new(_ => Tensor.Eye(count, dtype: ElementType.Float64));
}

/// <summary>
/// Events x(t), with t in a box of <paramref name="Dimensions"/> that holds all but a negligible mass, cut into panels in
/// which densities are smooth.
/// </summary>
/// <param name="ToEvent">t [n, D] → x [n, *event].</param>
/// <param name="FromEvent">Its inverse.</param>
/// <param name="LogJacobian">t [n, D] → log|dx/dt| [n].</param>
/// <param name="Breaks">Where densities have kinks or jumps, in one dimension.</param>
public sealed record Chart(
    int Dimensions, double From, double To, int Panels,
    Func<Tensor, Tensor> ToEvent, Func<Tensor, Tensor> FromEvent, Func<Tensor, Tensor> LogJacobian, double[] Breaks) : Support
{
    public static Chart Reals(double reach, params double[] breaks) =>
        new(1, -reach, reach, (int)(2 * reach), t => t.Squeeze(-1), x => x.Unsqueeze(-1), t => t.Squeeze(-1).ZerosLike(), breaks);

    public static Chart Positive { get; } =
        new(1, -75, 8, 150, t => t.Exp().Squeeze(-1), x => x.Log().Unsqueeze(-1), t => t.Squeeze(-1), []);

    public static Chart Unit { get; } =
        new(1, -75, 37, 200, t => t.Sigmoid().Squeeze(-1), x => (x.Log() - (-x).Log1P()).Unsqueeze(-1), t => (t.LogSigmoid() + (-t).LogSigmoid()).Squeeze(-1), []);

    public static Chart Vectors(int dimensions, double reach) =>
        new(dimensions, -reach, reach, 10, t => t, x => x, t => t.Sum(-1).ZerosLike(), []);

    public static Chart Simplex(int coordinates) =>
        new(coordinates - 1, -40, 40, 40, ToSimplex, x => (x.Log() - x.Slice(-1, coordinates - 1).Log()).Slice(-1, 0, coordinates - 1), t => ToSimplex(t).Log().Sum(-1), []);

    private static Tensor ToSimplex(Tensor t) => Tensor.Cat([t, t.Slice(-1, 0, 1).ZerosLike()], -1).Softmax(-1);
}
