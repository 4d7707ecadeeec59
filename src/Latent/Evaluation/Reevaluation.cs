namespace Latent.Evaluation;

/// <summary>How to evaluate a model again so that it compares with others.</summary>
/// <param name="Report">Its present report.</param>
/// <param name="Part">The part of the data.</param>
/// <param name="Examples">How many examples.</param>
/// <param name="Particles">K of the estimate; null for an exact likelihood.</param>
public sealed record Reevaluation(EvaluationReport Report, string Part, long Examples, long? Particles);
