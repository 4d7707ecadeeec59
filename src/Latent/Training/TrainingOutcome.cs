namespace Latent.Training;

/// <summary>How a training run ended.</summary>
/// <param name="Step">The steps made, those before a resume included.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="Best">The best value of the validation's criterion; null if it was never measured.</param>
/// <param name="BestStep">When it was measured.</param>
/// <param name="Elapsed">Wall time of this run, without that before a resume.</param>
public sealed record TrainingOutcome(long Step, StopReason Reason, double? Best, long? BestStep, TimeSpan Elapsed);
