namespace Latent.Torch;

/// <summary>The per-thread switches of the shim, numbered as there.</summary>
internal enum AutogradMode
{
    Gradient = 0,
    AutocastCpu = 1,
    AutocastCuda = 2,
}
