namespace Latent.Training;

/// <summary>Where a number that is not finite came from.</summary>
/// <param name="Step">The step that was being made: its number counts from 0.</param>
/// <param name="Player">Whose step it was.</param>
/// <param name="Value">What was not finite: <c>loss</c>, or <c>gradient</c>.</param>
/// <param name="Site">The first variable of the model whose value or log-probability is not finite; null if none is.</param>
/// <param name="Parameter">The first parameter whose value, or else whose gradient, is not finite; null if none is.</param>
/// <param name="Operator">The first operator that made such a number of finite ones, with the shapes it was given; null if none did.</param>
/// <param name="Examples">The numbers of the examples whose data are not finite; mostly none.</param>
/// <param name="Folder">Where the step was saved to be replayed; null if training has no folder.</param>
public sealed record NonFiniteFinding(
    long Step, string Player, string Value, string? Site, string? Parameter, string? Operator, IReadOnlyList<long> Examples, string? Folder);
