namespace Latent.Cli.Rendering;

/// <summary>How often a class occurs.</summary>
/// <param name="Label">The class.</param>
/// <param name="Count">Its examples.</param>
internal sealed record ClassCount(int Label, int Count);
