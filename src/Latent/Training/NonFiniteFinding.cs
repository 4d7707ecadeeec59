namespace Latent.Training;

/// <summary>Where a number that is not finite came from.</summary>
/// <param name="Step">The step that was being made; they count from 0.</param>
/// <param name="Player">Whose step it was.</param>
/// <param name="Loss">The loss, of the share of the batch where it was found; finite if only the gradient is not.</param>
/// <param name="Site">The first variable of the model whose value or log-probability is not finite; null if none is.</param>
/// <param name="Parameter">The first parameter that is not finite; null if none is.</param>
/// <param name="Gradient">The first parameter whose gradient is not finite; null if none is, or if the loss is not finite.</param>
/// <param name="Operator">The first operator that made such a number of finite ones, with the shapes it was given; null if none did.</param>
/// <param name="Folder">Where the step was saved to be replayed; null if training has no folder, or it could not be written.</param>
public sealed record NonFiniteFinding(
    long Step, string Player, double Loss, string? Site, string? Parameter, string? Gradient, string? Operator, string? Folder);
