namespace Latent.Bench;

/// <summary>One row of a suite.</summary>
/// <param name="Name">Its name on the command line and in the peer's script.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Target">What must be reached.</param>
/// <param name="Measure">Sets up our side and measures it in a contest.</param>
internal sealed record Workload(string Name, string Title, Target Target, Func<Contest, Outcome> Measure);
