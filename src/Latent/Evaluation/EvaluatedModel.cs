namespace Latent.Evaluation;

/// <summary>Which model a report is about.</summary>
/// <param name="Name">The recipe or model: <c>vae</c>.</param>
/// <param name="Parameters">How many numbers were trained.</param>
/// <param name="Step">The training step of the checkpoint; null if unknown.</param>
/// <param name="Run">The run's name; null if there is none.</param>
/// <param name="IsConditional">Whether it is a model of x given the example's class.</param>
public sealed record EvaluatedModel(string Name, long Parameters, long? Step = null, string? Run = null, bool IsConditional = false);
