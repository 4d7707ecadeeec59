using Latent.Objectives;
using Latent.Torch;

namespace Latent.Training;

/// <summary>
/// Who minimises what: an objective, the parameters that serve it, and how they move. Maximum likelihood is a game of one player;
/// wake–sleep and adversarial training are games of two.
/// </summary>
/// <remarks>
/// Players that look at each other's parameters share a store and say by <see cref="Parameters"/> which of them they move. The
/// objective of the first such player makes all parameters of the store; the others find them.
/// </remarks>
/// <param name="Name">As in logs and checkpoints.</param>
/// <param name="Store">Empty: the trainer has <paramref name="Build"/> fill it. Owned by the caller.</param>
/// <param name="Build">
/// Makes the model and its objective. Called once on the store and once on each of its replicas: what it makes must depend on
/// its argument alone.
/// </param>
/// <param name="Optimizer">Makes the optimizer of the player's parameters, after the model was built.</param>
/// <param name="LearningRate">The optimizer's step length at each step of the game.</param>
public sealed record Player(
    string Name, ParameterStore Store, Func<Init, Objective> Build, Func<ParameterSelection, Optimizer> Optimizer, Schedule LearningRate)
{
    /// <summary>Globs of the parameters that the player moves: all by default.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = ["**"];

    /// <summary>Sets the first values that depend on data, after the model was built and before the first step of a run; not called where a run resumes. A scope is open, gradients are off.</summary>
    public Action? Initialize { get; init; }

    /// <summary>How many steps in a row are the player's, before the next one's turn.</summary>
    public long StepsPerRound { get; init => field = Arguments.Positive(value); } = 1;
}
