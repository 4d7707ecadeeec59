namespace Latent.Torch;

/// <summary>A number that changes over training: a learning rate, a weight. A pure function of the step, so that resuming needs no state.</summary>
public delegate double Schedule(long step);
