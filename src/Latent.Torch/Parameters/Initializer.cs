namespace Latent.Torch;

/// <summary>Fills a new parameter (contiguous, on the CPU) with its initial values.</summary>
public delegate void Initializer(Rng rng, Tensor parameter);
