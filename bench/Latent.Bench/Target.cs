namespace Latent.Bench;

/// <summary>What a workload must reach.</summary>
/// <param name="Bound">The bound.</param>
/// <param name="Unit">The bound's unit.</param>
internal readonly record struct Target(double Bound, Unit Unit)
{
    /// <summary>The peer's time must be at least this many times ours.</summary>
    public static Target Faster(double ratio) => new(ratio, Unit.Ratio);

    /// <summary>Ours must be at most this.</summary>
    public static Target AtMost(double bound, Unit unit) => new(bound, unit);

    /// <summary>Whether a ratio, or otherwise our own figure, reaches the target.</summary>
    public bool IsMetBy(double figure) => Unit == Unit.Ratio ? figure >= Bound : figure <= Bound;

    public override string ToString() => $"{(Unit == Unit.Ratio ? '≥' : '≤')} {Unit.Format(Bound)}";
}
