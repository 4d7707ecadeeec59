namespace Latent.Training;

/// <summary>What was measured at a step: a line of a <see cref="MetricsFile"/>.</summary>
/// <param name="Step">The step.</param>
/// <param name="Values">The measured values by name, in the order in which they were written.</param>
public sealed record MetricsRecord(long Step, IReadOnlyDictionary<string, double> Values);
